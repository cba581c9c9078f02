 (() => {
 	"use strict";
 	var __webpack_modules__ = ({

 643:
 ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {


__nccwpck_require__.d(__webpack_exports__, {
  z3: (() => ( error)),
  V4: (() => ( getInput)),
  pq: (() => ( info)),
  uH: (() => ( setOutput)),
  Pq: (() => ( setSecret)),
  $e: (() => ( warning))
});


var external_os_ = __nccwpck_require__(857);
;
var toCommandValue = (function toCommandValue(input) {
    if (input === null || input === undefined) {
        return '';
    }
    else if (typeof input === 'string' || input instanceof String) {
        return input;
    }
    return JSON.stringify(input);
});
function toCommandProperties(annotationProperties) {
    if (!Object.keys(annotationProperties).length) {
        return {};
    }
    return {
        title: annotationProperties.title,
        file: annotationProperties.file,
        line: annotationProperties.startLine,
        endLine: annotationProperties.endLine,
        col: annotationProperties.startColumn,
        endColumn: annotationProperties.endColumn
    };
}
;


var issueCommand = (function issueCommand(command, properties, message) {
    const cmd = new Command(command, properties, message);
    process.stdout.write(cmd.toString() + external_os_.EOL);
});
function issue(name, message = '') {
    issueCommand(name, {}, message);
}
const CMD_STRING = '::';
class Command {
    constructor(command, properties, message) {
        if (!command) {
            command = 'missing.command';
        }
        this.command = command;
        this.properties = properties;
        this.message = message;
    }
    toString() {
        let cmdStr = CMD_STRING + this.command;
        if (this.properties && Object.keys(this.properties).length > 0) {
            cmdStr += ' ';
            let first = true;
            for (const key in this.properties) {
                if (this.properties.hasOwnProperty(key)) {
                    const val = this.properties[key];
                    if (val) {
                        if (first) {
                            first = false;
                        }
                        else {
                            cmdStr += ',';
                        }
                        cmdStr += `${key}=${escapeProperty(val)}`;
                    }
                }
            }
        }
        cmdStr += `${CMD_STRING}${escapeData(this.message)}`;
        return cmdStr;
    }
}
var escapeData = (function escapeData(s) {
    return toCommandValue(s)
        .replace(/%/g, '%25')
        .replace(/\r/g, '%0D')
        .replace(/\n/g, '%0A');
});
function escapeProperty(s) {
    return toCommandValue(s)
        .replace(/%/g, '%25')
        .replace(/\r/g, '%0D')
        .replace(/\n/g, '%0A')
        .replace(/:/g, '%3A')
        .replace(/,/g, '%2C');
}
;
const external_crypto_namespaceObject = require("crypto");
var external_fs_ = __nccwpck_require__(896);
;




var issueFileCommand = (function issueFileCommand(command, message) {
    const filePath = process.env[`GITHUB_${command}`];
    if (!filePath) {
        throw new Error(`Unable to find environment variable for file command ${command}`);
    }
    if (!external_fs_.existsSync(filePath)) {
        throw new Error(`Missing file at path: ${filePath}`);
    }
    external_fs_.appendFileSync(filePath, `${toCommandValue(message)}${external_os_.EOL}`, {
        encoding: 'utf8'
    });
});
var prepareKeyValueMessage = (function prepareKeyValueMessage(key, value) {
    const delimiter = `ghadelimiter_${external_crypto_namespaceObject.randomUUID()}`;
    const convertedValue = toCommandValue(value);
    if (key.includes(delimiter)) {
        throw new Error(`Unexpected input: name should not contain the delimiter "${delimiter}"`);
    }
    if (convertedValue.includes(delimiter)) {
        throw new Error(`Unexpected input: value should not contain the delimiter "${delimiter}"`);
    }
    return `${key}<<${delimiter}${external_os_.EOL}${convertedValue}${external_os_.EOL}${delimiter}`;
});
;










var setSecret = (function setSecret(secret) {
    issueCommand('add-mask', {}, secret);
});

var getInput = (function getInput(name, options) {
    const val = process.env[`INPUT_${name.replace(/ /g, '_').toUpperCase()}`] || '';
    if (options && options.required && !val) {
        throw new Error(`Input required and not supplied: ${name}`);
    }
    if (options && options.trimWhitespace === false) {
        return val;
    }
    return val.trim();
});


var setOutput = (function setOutput(name, value) {
    const filePath = process.env['GITHUB_OUTPUT'] || '';
    if (filePath) {
        return issueFileCommand('OUTPUT', prepareKeyValueMessage(name, value));
    }
    process.stdout.write(external_os_.EOL);
    issueCommand('set-output', { name }, toCommandValue(value));
});




function error(message, properties = {}) {
    issueCommand('error', toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
function warning(message, properties = {}) {
    issueCommand('warning', toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}

var info = (function info(message) {
    process.stdout.write(message + external_os_.EOL);
});











 }),

 94:
 ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

 __nccwpck_require__.d(__webpack_exports__, {
   f: () => ( annotate)
 });
 var _actions_core__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(643);
 var _messages_causes_server_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(872);


const COMMANDS = { error: _actions_core__WEBPACK_IMPORTED_MODULE_0__ .z3, warning: _actions_core__WEBPACK_IMPORTED_MODULE_0__ .$e };
function annotate(level, title, text) {
    if ((0,_messages_causes_server_js__WEBPACK_IMPORTED_MODULE_1__ .m)(process.env))
        COMMANDS[level](`${title}. ${text.replace(/\n/g, ' ')}`);
    else
        COMMANDS[level](text, { title });
}


 }),

 570:
 ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

 __nccwpck_require__.d(__webpack_exports__, {
   A2: (() => ( REQUEST_ID)),
   Fj: () => ( TOKEN_LENGTH),
   LF: (() => ( WELL_FORMED)),
   Xs: (() => ( ORG_ID)),
   hx: (() => ( SCOPE))
 });
const WELL_FORMED = /^nlp_[0-9a-f]{40}$/;
const TOKEN_LENGTH = 44;
const ORG_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;
const SCOPE = /^[A-Za-z0-9][A-Za-z0-9:._-]{0,63}$/;
const REQUEST_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;


 }),

 421:
 ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {


__nccwpck_require__.d(__webpack_exports__, {
  c: (() => ( identityOf))
});

;
const external_node_crypto_namespaceObject = require("node:crypto");
;
const external_node_net_namespaceObject = require("node:net");
var external_node_tls_ = __nccwpck_require__(692);
;



const isV6 = ((host) => host.includes(':') && (0,external_node_net_namespaceObject.isIPv6)(host));
const identityOf = ((host) => ({
    servername: isV6(host) || (0,external_node_net_namespaceObject.isIPv4)(host) ? '' : host,
    ...(isV6(host) && {
        checkServerIdentity: (_name, peer) => new external_node_crypto_namespaceObject.X509Certificate(peer.raw).checkIP(host) ? undefined : (0,external_node_tls_.checkServerIdentity)(host, peer),
    }),
}));


 }),

 589:
 ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

 __nccwpck_require__.d(__webpack_exports__, {
   U: (() => ( isLoopback))
 });
const isLoopback = ((hostname) => hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname));


 }),

 10:
 ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

 __nccwpck_require__.d(__webpack_exports__, {
   HM: (() => ( portOf)),
   iJ: (() => ( proxyFor)),
   n0: (() => ( bareHost))
 });
 var _loopback_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(589);

var proxyFor = (function proxyFor(url) {
    if ((0,_loopback_js__WEBPACK_IMPORTED_MODULE_0__ .U)(url.hostname) || isExcepted(url))
        return undefined;
    const scheme = url.protocol.slice(0, -1);
    for (const variable of [`${scheme}_proxy`, `${scheme.toUpperCase()}_PROXY`]) {
        const value = process.env[variable]?.trim();
        if (value)
            return read(variable, value);
    }
    return undefined;
});
const portOf = ((url) => Number(url.port) || (url.protocol === 'https:' ? 443 : 80));
const bareHost = ((hostname) => hostname.replace(/^\[|\]$/g, ''));
function isExcepted(url) {
    const hosts = [url.hostname, `${url.hostname}:${portOf(url)}`];
    const entries = (process.env.no_proxy || process.env.NO_PROXY || '').toLowerCase().split(',');
    return entries
        .map(entry => entry.trim())
        .some(entry => entry === '*' ||
        (entry !== '' &&
            hosts.some(host => host === entry || host.endsWith(entry.startsWith('.') ? entry : `.${entry}`))));
}
function read(variable, value) {
    const unusable = (flaw) => ({ variable, flaw });
    if (/^["'`\u2018\u2019\u201c\u201d\u00ab]|["'`\u2018\u2019\u201c\u201d\u00bb]$/.test(value))
        return unusable('quotes');
    if (value.includes('\\'))
        return unusable('backslash');
    const [, scheme, rest = value] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(value) ?? [];
    if (scheme !== undefined && !/^https?$/i.test(scheme))
        return unusable('scheme');
    if (scheme === undefined && /^[\w-]+$/.test(value))
        return unusable('word');
    const end = rest.search(/[/?#]/);
    if (end >= 0 && rest.includes('@', end))
        return unusable('encoding');
    const address = `${scheme ?? 'http'}://${rest}`;
    if (/\s/.test(value) || !URL.canParse(address))
        return unusable('url');
    const { protocol, hostname, port, username, password } = new URL(address);
    if (!/^([a-z0-9._-]+|\[[0-9a-f:.]+\])$/.test(hostname))
        return unusable('url');
    const credentials = decoded(`${username}:${password}`);
    if (credentials === undefined)
        return unusable('encoding');
    const secure = protocol === 'https:';
    const number = Number(port) || (secure ? 443 : 80);
    return {
        via: { variable, host: `${hostname}:${number}` },
        secure,
        hostname: bareHost(hostname),
        port: number,
        authorization: credentials === ':' ? undefined : `Basic ${Buffer.from(credentials).toString('base64')}`,
    };
}
function decoded(text) {
    try {
        return decodeURIComponent(text);
    }
    catch {
        return undefined;
    }
}


 }),

 219:
 ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

 __nccwpck_require__.d(__webpack_exports__, {
   E$: () => ( redact),
   Qe: (() => ( holdsToken)),
   Sb: (() => ( Secrets)),
   gF: (() => ( tokensIn))
 });
 var _unicode_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(989);

const REVEALING = 8;
const tokensIn = ((text) => text.match(/nlp_[0-9a-f]{40}/g) ?? []);
const holdsToken = ((text) => {
    const lower = text.toLowerCase();
    return lower.includes('nlp_') && /nlp_([0-9a-f]{8}|[0-9a-z]{20})/.test(lower);
});
const TOKEN_SHAPED = /nlp_[0-9a-z]{8,}|[0-9a-f]{40,}/gi;
const REDACTED = '(token-shaped text)';
const redact = (text) => text.replace(TOKEN_SHAPED, REDACTED);
const holdsTokenOrBody = (text) => /nlp_[0-9a-z]{8}|(?<![0-9a-f])[0-9a-f]{40}(?![0-9a-f])/i.test(text);
const comparable = ((text) => (0,_unicode_js__WEBPACK_IMPORTED_MODULE_0__ .h)(text.toLowerCase(), '\\p{C}\\p{M}', ''));
var sharesWith = (function sharesWith(text, body) {
    if (text.length < REVEALING)
        return false;
    for (let start = 0; start + REVEALING <= body.length; start++)
        if (text.includes(body.slice(start, start + REVEALING)))
            return true;
    return false;
});
class Secrets {
    #bodies = [];
    #values = [];
    addToken(value) {
        this.#addWhole(value);
        const lower = value.toLowerCase();
        for (const [, body] of lower.matchAll(/nlp_([0-9a-z]{8,})/g))
            this.#bodies.push(body);
        const bare = lower.trim();
        if (bare.length === 40 && /^[0-9a-f]+$/.test(bare))
            this.#bodies.push(bare);
        return this;
    }
    addSession(value) {
        this.#addWhole(value);
        return this;
    }
    and(token) {
        const more = new Secrets();
        more.#bodies.push(...this.#bodies);
        more.#values.push(...this.#values);
        return more.addToken(token);
    }
    areIn(text) {
        const plain = comparable(text);
        return this.#holdsValue(plain) || this.#bodies.some((body => sharesWith(plain, body)));
    }
    areInId(text) {
        const plain = comparable(text);
        const bare = plain.replace(/[._-]/g, '');
        return this.#holdsValue(plain) || this.#bodies.some(body => bare.includes(body));
    }
    #addWhole(value) {
        const whole = comparable(value).trim();
        if (whole.length >= REVEALING)
            this.#values.push(whole);
    }
    #holdsValue(plain) {
        return this.#values.some((value => plain.includes(value)));
    }
}


 }),

 989:
 ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

 __nccwpck_require__.d(__webpack_exports__, {
   h: (() => ( replaceClasses))
 });
const replaceClasses = ((text, classes, replacement) => /^[ -~]*$/.test(text) ? text : text.replace(new RegExp(`[${classes}]+`, 'gu'), replacement));


 }),

 724:
 ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

 __nccwpck_require__.d(__webpack_exports__, {
   SW: (() => ( isSamePlatform)),
   sb: (() => ( readSettings)),
   zY: (() => ( DEFAULTS))
 });
 var _api_contract_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(570);
 var _api_loopback_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(589);
 var _api_secrets_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(219);



const DEFAULTS = {
    'api-url': 'https://api.nolapse.dev',
    'required-scopes': 'execute',
    'expected-org-id': '',
    tolerate: '',
    'timeout-seconds': '90',
    'allow-insecure-http': 'false',
};
class Unusable extends Error {
}
const unusable = (says) => {
    throw new Unusable(says);
};
const refuseToken = () => unusable('holds a nolapse token. A token belongs in NOLAPSE_TOKEN only.');
var readSettings = (function readSettings(raw) {
    const problems = [];
    function read(name, parse) {
        const value = raw[name]?.trim() || DEFAULTS[name];
        try {
            if ((0,_api_secrets_js__WEBPACK_IMPORTED_MODULE_0__ .Qe)(value))
                refuseToken();
            return parse(value);
        }
        catch (error) {
            if (!(error instanceof Unusable))
                throw error;
            problems.push({ subject: name, says: error.message });
            return undefined;
        }
    }
    const insecure = read('allow-insecure-http', parseBoolean);
    const settings = {
        api: read('api-url', (value => parseApiUrl(value, insecure))),
        requiredScopes: read('required-scopes', parseScopes),
        expectedOrgId: read('expected-org-id', parseOrgId),
        tolerate: read('tolerate', parseTolerate),
        timeout: read('timeout-seconds', parseSeconds) * 1000,
    };
    return problems.length > 0 ? problems : settings;
});
const listOf = ((value) => [...new Set(value.split(/[\s,]/).filter(Boolean))]);
var parseApiUrl = (function parseApiUrl(value, insecure) {
    if (!/^https?:\/\//i.test(value) || /[\s\\]/.test(value) || !URL.canParse(value))
        return unusable('is not an absolute http(s) URL. Write it like https://nolapse.example.com.');
    const url = new URL(value);
    if (url.username || url.password || /^[^/]*\/\/[^/]*@/.test(value))
        return unusable('has a user name or password in it. Remove them: the token is the only credential.');
    if (value.includes('?') || value.includes('#'))
        return unusable('has a query or a fragment (? or #). Write the base URL only.');
    url.pathname = withoutSlashes(url.pathname);
    if (/\/v1(\/auth(\/validate)?)?$/.test(url.pathname))
        return unusable("ends in the API's own path. Remove /v1 and what follows it: the gate adds that itself.");
    if (url.protocol === 'http:' && !insecure && !(0,_api_loopback_js__WEBPACK_IMPORTED_MODULE_1__ .U)(url.hostname))
        return unusable('is plain http:// to a host that is not this machine, which would send the token unencrypted. ' +
            'Use https://, or, if you trust the network, set {allow-insecure-http}.');
    return url;
});
var isSamePlatform = (function isSamePlatform(one, other) {
    const [known, compared] = [one, other].map((url => {
        try {
            return parseApiUrl(url.trim(), true).href;
        }
        catch {
            return undefined;
        }
    }));
    return known === undefined ? undefined : known === compared;
});
var withoutSlashes = (function withoutSlashes(path) {
    let end = path.length;
    while (path[end - 1] === '/')
        end--;
    return path.slice(0, end);
});
var parseScopes = (function parseScopes(value) {
    const scopes = listOf(value);
    if (scopes.length === 1 && scopes[0] === 'none')
        return [];
    if (scopes.some((scope => scope.length === 40 && /^[0-9a-f]+$/i.test(scope))))
        return refuseToken();
    if (scopes.length === 0 || scopes.includes('none') || !scopes.every((scope => _api_contract_js__WEBPACK_IMPORTED_MODULE_2__ .hx.test(scope))))
        return unusable('is not a list of scopes. Separate scopes with commas, spaces or new lines, such as execute. ' +
            'To require none, write none.');
    return scopes;
});
var parseOrgId = (function parseOrgId(value) {
    if (value !== '' && !_api_contract_js__WEBPACK_IMPORTED_MODULE_2__ .Xs.test(value))
        return unusable('is not an organisation ID. Write it as the platform does, such as org_abc123.');
    return value || undefined;
});
var parseTolerate = (function parseTolerate(value) {
    const reasons = listOf(value);
    const tolerable = (reason) => reason === 'missing' || reason === 'unavailable';
    if (reasons.every(tolerable) && (value === '' || reasons.length > 0))
        return reasons;
    return unusable('can only be missing, unavailable, or both. For other reasons, use `continue-on-error` in the workflow ' +
        '(`allow_failure` in GitLab).');
});
var parseSeconds = (function parseSeconds(value) {
    const seconds = /^\d+$/.test(value) ? Number(value) : Number.NaN;
    return seconds >= 1 && seconds <= 600
        ? seconds
        : unusable('is not a whole number of seconds from 1 to 600.');
});
var parseBoolean = (function parseBoolean(value) {
    if (!/^(true|True|TRUE|false|False|FALSE)$/.test(value))
        return unusable('is neither true nor false.');
    return value.toLowerCase() === 'true';
});


 }),

 872:
 ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

 __nccwpck_require__.d(__webpack_exports__, {
   m: (() => ( isForgejoOrGitea))
 });
const isForgejoOrGitea = ((env) => Boolean(env.GITEA_ACTIONS || env.FORGEJO_ACTIONS));


 }),

 785:
 ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

 __nccwpck_require__.d(__webpack_exports__, {
   _7: () => ( situationOf),
   b6: () => ( textOf),
   em: () => ( sentence),
   lY: () => ( CREATE),
   sb: () => ( clause),
   uM: () => ( linkTo),
   yZ: () => ( HOME)
 });
const HOME = 'https://github.com/nolapse/token-action';
const CREATE = 'Create a new token in nolapse and store it as NOLAPSE_TOKEN.';
const situationOf = (settings, setting) => Array.isArray(settings)
    ? { host: '', seconds: 0, setting }
    : { host: settings.api.host, seconds: settings.timeout / 1000, setting };
const linkTo = (reason) => `${HOME}/blob/v1/docs/troubleshooting.md#${reason}`;
function textOf({ what, causes, remedy }, reason) {
    const likely = causes.length > 0 ? ['Likely causes:', ...causes.map(cause => `- ${cause}`)] : [];
    return [what, `What to do: ${remedy}`, ...likely, `More: ${linkTo(reason)}`].join('\n');
}
const clause = (text) => text.charAt(0).toLowerCase() + text.slice(1);
const sentence = (text) => /^[a-z]+_/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);


 }),

 230:
 ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

 __nccwpck_require__.d(__webpack_exports__, {
   $: (() => ( neutralise))
 });
 var _api_unicode_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(989);

const LONGEST = 200;
const UNPRINTABLE = '\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}\\p{Zl}\\p{Zp}\\p{Default_Ignorable_Code_Point}\\u2800';
var neutralise = (function neutralise(text, longest = LONGEST) {
    const line = (0,_api_unicode_js__WEBPACK_IMPORTED_MODULE_0__ .h)(text, UNPRINTABLE, ' ')
        .replace(/:(?=:)/g, ': ')
        .replace(/#(?=#)/g, '# ')
        .trim();
    const characters = [...line];
    return characters.length > longest ? `${characters.slice(0, longest - 1).join('')}\u2026` : line;
});


 }),

 952:
 ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

 __nccwpck_require__.d(__webpack_exports__, {
   K: () => ( listed),
   b: (() => ( passed))
 });
 var _neutralise_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(230);

const passed = ((orgId, scopes, host, elapsed) => `nolapse token is valid: organisation ${(0,_neutralise_js__WEBPACK_IMPORTED_MODULE_0__ .$)(orgId)}, scopes ${listed(scopes)} (${host}, ${Math.round(elapsed)} ms)`);
const listed = ((scopes) => (0,_neutralise_js__WEBPACK_IMPORTED_MODULE_0__ .$)(scopes.join(', ')) || 'none');


 }),

 376:
 (() => {


process.exitCode = 1;


 }),

 896:
 ((module) => {

module.exports = require("fs");

 }),

 24:
 ((module) => {

module.exports = require("node:fs");

 }),

 67:
 ((module) => {

module.exports = require("node:http");

 }),

 708:
 ((module) => {

module.exports = require("node:https");

 }),

 692:
 ((module) => {

module.exports = require("node:tls");

 }),

 857:
 ((module) => {

module.exports = { EOL: process.platform === "win32" ? "\r\n" : "\n" };

 })

 	});
 	var __webpack_module_cache__ = {};
 	var __nccwpck_require__ = (function __nccwpck_require__(moduleId) {
 		var cachedModule = __webpack_module_cache__[moduleId];
 		if (cachedModule !== undefined) {
 			return cachedModule.exports;
 		}
 		var module = __webpack_module_cache__[moduleId] = {
 			exports: {}
 		};
 		var threw = true;
 		try {
 			__webpack_modules__[moduleId](module, module.exports, __nccwpck_require__);
 			threw = false;
 		} finally {
 			if(threw) delete __webpack_module_cache__[moduleId];
 		}
 		return module.exports;
 	});
 	__nccwpck_require__.m = __webpack_modules__;
 	if (typeof __nccwpck_require__ !== 'undefined') __nccwpck_require__.ab = __dirname + "/";
 	(() => {
 		__nccwpck_require__.n = (module) => {
 			var getter = module && module.__esModule ?
 				() => (module['default']) :
 				() => (module);
 			__nccwpck_require__.d(getter, { a: getter });
 			return getter;
 		};
 	})();
 	(() => {
 		__nccwpck_require__.d = ((exports, definition) => {
 			for(var key in definition) {
 				if(__nccwpck_require__.o(definition, key) && !__nccwpck_require__.o(exports, key)) {
 					Object.defineProperty(exports, key, { enumerable: true, get: definition[key] });
 				}
 			}
 		});
 	})();
 	(() => {
 		__nccwpck_require__.f = {};
 		__nccwpck_require__.e = (chunkId) => {
 			return Promise.all(Object.keys(__nccwpck_require__.f).reduce((promises, key) => {
 				__nccwpck_require__.f[key](chunkId, promises);
 				return promises;
 			}, []));
 		};
 	})();
 	(() => {
 		__nccwpck_require__.u = (chunkId) => {
 			return "" + chunkId + ".index.js";
 		};
 	})();
 	(() => {
 		__nccwpck_require__.o = ((obj, prop) => (Object.prototype.hasOwnProperty.call(obj, prop)))
 	})();
 	(() => {
 		__nccwpck_require__.r = (exports) => {
 			if(typeof Symbol !== 'undefined' && Symbol.toStringTag) {
 				Object.defineProperty(exports, Symbol.toStringTag, { value: 'Module' });
 			}
 			Object.defineProperty(exports, '__esModule', { value: true });
 		};
 	})();
 	(() => {
 		var installedChunks = {
 			792: 1
 		};
 		var installChunk = (chunk) => {
 			var moreModules = chunk.modules, chunkIds = chunk.ids, runtime = chunk.runtime;
 			for(var moduleId in moreModules) {
 				if(__nccwpck_require__.o(moreModules, moduleId)) {
 					__nccwpck_require__.m[moduleId] = moreModules[moduleId];
 				}
 			}
 			if(runtime) runtime(__nccwpck_require__);
 			for(var i = 0; i < chunkIds.length; i++)
 				installedChunks[chunkIds[i]] = 1;
 		};
 		__nccwpck_require__.f.require = (chunkId, promises) => {
 			if(!installedChunks[chunkId]) {
 				if(true) {
 					installChunk(require("./" + __nccwpck_require__.u(chunkId)));
 				} else installedChunks[chunkId] = 1;
 			}
 		};
 	})();
var __webpack_exports__ = {};

var fail_closed = __nccwpck_require__(376);
;
let broken;
let carriesResult = true;
function surviveBrokenPipes() {
    process.stderr.on('error', () => undefined);
    process.stdout.on('error', error => {
        broken = error;
    });
}
function ignoreBrokenOutput() {
    carriesResult = false;
}
var end = (function end(code, lost = 1, onLost) {
    process.stdout.write('', (failed => {
        const error = carriesResult ? (failed ?? broken) : undefined;
        if (error)
            onLost?.(error);
        process.exit(error ? code || lost : code);
    }));
});

var core = __nccwpck_require__(643);
;
const ATTEMPT = 15_000;
const SHORTEST_ATTEMPT = 1_000;
const UNKNOWN_HOST = 10_000;
const BACKOFF = { base: 1_000, most: 10_000, least: 100 };
const MOST_JITTER = 10_000;
var askUntilAnswered = (async function askUntilAnswered(ask, timeout, clock, onRetry) {
    const start = clock.now();
    let cause;
    for (let attempt = 1;; attempt++) {
        const limit = Math.min(ATTEMPT, timeout - (clock.now() - start));
        const finding = await ask(limit);
        if (!isUnavailable(finding))
            return { finding, attempts: attempt };
        if (!cause || !finding.timedOut || limit === ATTEMPT)
            cause = finding;
        if (!finding.retry)
            return { finding: cause, attempts: attempt };
        const patience = finding.unknownHost ? Math.min(timeout, UNKNOWN_HOST) : timeout;
        const left = patience - (clock.now() - start);
        const asked = retryAfterOf(finding.retryAfter, httpDate(finding.date) ?? clock.date());
        const wait = nextWait(attempt, left, asked, clock);
        if (wait === undefined) {
            const tooLong = asked > Math.max(0, left - SHORTEST_ATTEMPT);
            return { finding: tooLong ? { ...cause, askedToWait: asked } : cause, attempts: attempt };
        }
        await onRetry({ attempt, unavailable: finding, wait });
        await clock.sleep(wait);
    }
});
const isUnavailable = ((finding) => finding.kind === 'unavailable');
function nextWait(attempt, left, asked, clock) {
    const longest = left - SHORTEST_ATTEMPT;
    if (longest < Math.max(asked, BACKOFF.least))
        return undefined;
    const backoff = Math.min(BACKOFF.base * 2 ** (attempt - 1), BACKOFF.most);
    if (asked === 0)
        return Math.min(longest, Math.max(BACKOFF.least, clock.random() * backoff));
    const wait = asked + clock.random() * Math.min(Math.max(asked, backoff), MOST_JITTER);
    const crowded = backoff === BACKOFF.most && asked < backoff;
    return wait > longest && crowded ? undefined : Math.min(longest, wait);
}
function httpDate(value) {
    const text = value?.trim() ?? '';
    const forms = [
        /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/,
        /^(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/,
        /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/,
    ];
    if (!forms.some(form => form.test(text)))
        return undefined;
    const date = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
    return Number.isNaN(date) ? undefined : date;
}
function retryAfterOf(value, now) {
    const text = value?.trim() ?? '';
    if (/^\d+$/.test(text))
        return Math.min(Number(text) * 1000, Number.MAX_SAFE_INTEGER);
    return Math.max(0, (httpDate(text) ?? now) - now);
}

var contract = __nccwpck_require__(570);
var api_secrets = __nccwpck_require__(219);
;


const MAX_ANSWER = 64 * 1024;
var judgeAnswer = (function judgeAnswer(outcome, token, others = new api_secrets.Sb()) {
    const secrets = others.and(token);
    const none = judgeNoAnswer(outcome, secrets);
    if (none)
        return none;
    const { status, headers, body } = outcome;
    const requestId = requestIdOf(headers['x-request-id'], secrets);
    const unexpected = (surprise) => ({ kind: 'unexpected', surprise, requestId });
    const html = isHtml(headers);
    if (status !== 200 && status !== 401)
        return unexpected({ kind: 'status', status, html, said: said(body, secrets) });
    if (body === 'too-large')
        return unexpected({ kind: 'too-large', status });
    const json = parse(body);
    if (json === undefined)
        return unexpected({ kind: html || /^\s*</.test(String(body)) ? 'html' : 'not-json', status });
    if (status === 401) {
        const refusal = isObject(json) && (typeof json.error === 'string' || json.valid === false);
        if (!refusal)
            return unexpected({ kind: 'field', field: 'error', wrong: 'missing' });
        return { kind: 'refused', said: said(body, secrets), requestId };
    }
    return judgeValidation(json, secrets, requestId);
});
var judgeNoAnswer = (function judgeNoAnswer(outcome, secrets) {
    if (outcome.kind === 'fault')
        return judgeFault(outcome);
    const { status, headers } = outcome;
    const requestId = requestIdOf(headers['x-request-id'], secrets);
    if (status === 407)
        return { kind: 'unexpected', surprise: { kind: 'status', status, html: false, said: '' }, requestId };
    if (isTransient(status))
        return {
            kind: 'unavailable',
            cause: { kind: 'status', status },
            retry: true,
            retryAfter: headers['retry-after'],
            date: headers.date,
            requestId,
        };
    if (status >= 300 && status < 400)
        return { kind: 'unexpected', surprise: { kind: 'redirect', status }, requestId };
    return undefined;
});
var judgeValidation = (function judgeValidation(json, secrets, requestId) {
    const unexpected = (field, wrong) => ({
        kind: 'unexpected',
        surprise: { kind: 'field', field, wrong },
        requestId,
    });
    const { valid, org_id: orgId, scopes } = isObject(json) ? json : {};
    if (valid === false)
        return { kind: 'refused', said: '', requestId };
    if (valid !== true)
        return unexpected('valid', valid === undefined ? 'missing' : 'type');
    if (typeof orgId !== 'string')
        return unexpected('org_id', orgId === undefined ? 'missing' : 'type');
    if (!contract.Xs.test(orgId))
        return unexpected('org_id', 'characters');
    if (repeats(orgId, secrets))
        return unexpected('org_id', 'token');
    if (!Array.isArray(scopes))
        return unexpected('scopes', scopes === undefined ? 'missing' : 'type');
    if (!scopes.every((scope => typeof scope === 'string')))
        return unexpected('scopes', 'type');
    if (!scopes.every((scope => contract.hx.test(scope))))
        return unexpected('scopes', 'characters');
    if (scopes.some((scope => repeats(scope, secrets))))
        return unexpected('scopes', 'token');
    return { kind: 'granted', orgId, scopes, requestId };
});
const repeats = ((field, secrets) => secrets.areIn(field) || (0,api_secrets.Qe)(field));
function judgeFault(fault) {
    const unexpected = (surprise) => ({
        kind: 'unexpected',
        surprise,
        requestId: '',
        ...(fault.unsent && { unsent: true }),
    });
    const proxy = 'proxy' in fault && fault.proxy && { proxy: fault.proxy };
    switch (fault.fault) {
        case 'untrusted':
            return { kind: 'untrusted', code: fault.code, ...proxy };
        case 'not-http':
        case 'handshake':
            return unexpected({ kind: fault.fault, code: fault.code, ...proxy });
        case 'proxy':
            if (!isTransient(fault.status))
                return unexpected({ kind: 'proxy', status: fault.status, proxy: fault.proxy, schemes: fault.schemes });
    }
    return {
        kind: 'unavailable',
        cause: fault,
        requestId: '',
        retry: true,
        unknownHost: fault.fault === 'unreachable' && fault.code === 'ENOTFOUND',
        timedOut: fault.fault === 'timed-out',
    };
}
const isTransient = ((status) => status === 408 || status === 429 || (status >= 500 && status < 600 && status !== 501));
const isHtml = ((headers) => /\bhtml\b/i.test(headers['content-type'] ?? ''));
const isObject = ((json) => typeof json === 'object' && json !== null && !Array.isArray(json));
var parse = (function parse(body) {
    try {
        return JSON.parse(String(body));
    }
    catch {
        return undefined;
    }
});
function said(body, secrets) {
    const json = parse(body);
    const words = isObject(json) && typeof json.error === 'string' ? json.error : '';
    return secrets.areIn(words) ? '' : (0,api_secrets.E$)(words);
}
var requestIdOf = (function requestIdOf(header, secrets) {
    const id = String(header ?? '');
    return contract.A2.test(id) && !id.includes('::') && !repeats(id, secrets) ? id : '';
});

;
const endpoint = ((api, path) => new URL(api.href.replace(/\/$/, '') + path));

var external_node_http_ = __nccwpck_require__(67);
var external_node_https_ = __nccwpck_require__(708);
;
var __awaiter = (undefined && undefined.__awaiter) || (function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))((function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    }));
});


















class HttpClientResponse {
    constructor(message) {
        this.message = message;
    }
    readBody() {
        return __awaiter(this, void 0, void 0, function* () {
            return new Promise((resolve) => __awaiter(this, void 0, void 0, function* () {
                let output = Buffer.alloc(0);
                this.message.on('data', (chunk) => {
                    output = Buffer.concat([output, chunk]);
                });
                this.message.on('end', () => {
                    resolve(output.toString());
                });
            }));
        });
    }
    readBodyBuffer() {
        return __awaiter(this, void 0, void 0, function* () {
            return new Promise((resolve) => __awaiter(this, void 0, void 0, function* () {
                const chunks = [];
                this.message.on('data', (chunk) => {
                    chunks.push(chunk);
                });
                this.message.on('end', () => {
                    resolve(Buffer.concat(chunks));
                });
            }));
        });
    }
}

class HttpClient {
    constructor(userAgent, handlers, requestOptions) {
        this._ignoreSslError = false;
        this._allowRedirects = true;
        this._allowRedirectDowngrade = false;
        this._maxRedirects = 50;
        this._allowRetries = false;
        this._maxRetries = 1;
        this._keepAlive = false;
        this._disposed = false;
        this.userAgent = this._getUserAgentWithOrchestrationId(userAgent);
        this.handlers = handlers || [];
        this.requestOptions = requestOptions;
        if (requestOptions) {
            if (requestOptions.ignoreSslError != null) {
                this._ignoreSslError = requestOptions.ignoreSslError;
            }
            this._socketTimeout = requestOptions.socketTimeout;
            if (requestOptions.allowRedirects != null) {
                this._allowRedirects = requestOptions.allowRedirects;
            }
            if (requestOptions.allowRedirectDowngrade != null) {
                this._allowRedirectDowngrade = requestOptions.allowRedirectDowngrade;
            }
            if (requestOptions.maxRedirects != null) {
                this._maxRedirects = Math.max(requestOptions.maxRedirects, 0);
            }
            if (requestOptions.keepAlive != null) {
                this._keepAlive = requestOptions.keepAlive;
            }
            if (requestOptions.allowRetries != null) {
                this._allowRetries = requestOptions.allowRetries;
            }
            if (requestOptions.maxRetries != null) {
                this._maxRetries = requestOptions.maxRetries;
            }
        }
    }
    
    
    
    
    
    
    
    
    
    
    
    
    
    
    requestRaw(info, data) {
        return __awaiter(this, void 0, void 0, (function* () {
            return new Promise(((resolve, reject) => {
                function callbackForResult(err, res) {
                    if (err) {
                        reject(err);
                    }
                    else if (!res) {
                        reject(new Error('Unknown error'));
                    }
                    else {
                        resolve(res);
                    }
                }
                this.requestRawWithCallback(info, data, callbackForResult);
            }));
        }));
    }
    requestRawWithCallback(info, data, onResult) {
        if (typeof data === 'string') {
            if (!info.options.headers) {
                info.options.headers = {};
            }
            info.options.headers['Content-Length'] = Buffer.byteLength(data, 'utf8');
        }
        let callbackCalled = false;
        function handleResult(err, res) {
            if (!callbackCalled) {
                callbackCalled = true;
                onResult(err, res);
            }
        }
        const req = info.httpModule.request(info.options, ((msg) => {
            const res = new HttpClientResponse(msg);
            handleResult(undefined, res);
        }));
        let socket;
        req.on('socket', (sock => {
            socket = sock;
        }));
        req.setTimeout(this._socketTimeout || 3 * 60000, () => {
            if (socket) {
                socket.end();
            }
            handleResult(new Error(`Request timeout: ${info.options.path}`));
        });
        req.on('error', function (err) {
            handleResult(err);
        });
        if (data && typeof data === 'string') {
            req.write(data, 'utf8');
        }
        if (data && typeof data !== 'string') {
            data.on('close', function () {
                req.end();
            });
            data.pipe(req);
        }
        else {
            req.end();
        }
    }
    
    
    
    
    
    
    
    
    _getUserAgentWithOrchestrationId(userAgent) {
        const baseUserAgent = userAgent || 'actions/http-client';
        const orchId = process.env['ACTIONS_ORCHESTRATION_ID'];
        if (orchId) {
            const sanitizedId = orchId.replace(/[^a-z0-9_.-]/gi, '_');
            return `${baseUserAgent} actions_orchestration_id/${sanitizedId}`;
        }
        return baseUserAgent;
    }
    
    
}

;
const VERSION = '1.0.0';

var identity = __nccwpck_require__(421);
var api_proxy = __nccwpck_require__(10);
;






var exchange = (async function exchange(request) {
    const tunnel = await tunnelFor(request);
    return new Promise(((resolve, reject) => {
        let sent;
        let bare;
        let broken;
        let connected = false;
        let settled = false;
        const settle = ((outcome) => {
            settled = true;
            clearTimeout(timer);
            resolve(outcome.kind === 'fault' && !connected ? { ...outcome, unsent: true } : outcome);
            sent?.destroy();
            tunnel?.abandon();
        });
        const fail = (error) => {
            if (!settled)
                faultFrom(error, sent?.socket).then(settle, reject);
        };
        const timer = setTimeout(() => settle(bare ?? { kind: 'fault', fault: 'timed-out', limit: request.limit }), request.limit);
        const answered = ((message) => {
            const status = message.statusCode;
            const answer = { kind: 'answer', status, headers: message.headers, body: undefined };
            if (!request.bodyDecides.includes(status))
                bare = answer;
            if (!bodyMatters(status))
                return settle(answer);
            read(message, request.maxBytes).then((body => settle({ ...answer, body })), error => (bare ? settle(bare) : fail(broken ?? error)));
        });
        const onConnected = (() => {
            connected = true;
        });
        const open = ((options, onResponse) => {
            sent = (request.url.protocol === 'https:' ? external_node_https_ : external_node_http_).request(options, onResponse);
            sent.on('error', error => {
                broken = error;
            });
            sent.on('socket', (socket => {
                if (request.url.protocol === 'https:')
                    socket.once('secureConnect', onConnected);
                else if (socket.connecting)
                    socket.once('connect', onConnected);
                else
                    onConnected();
            }));
            return sent.on('upgrade', onResponse);
        });
        const httpModule = { request: open };
        send(request, tunnel, httpModule).then((response => answered(response.message)), fail);
    }));
});
const patienceWithin = ((limit) => ({
    autoSelectFamilyAttemptTimeout: Math.min(3_000, Math.ceil(limit / 2)),
}));
async function faultFrom(error, socket) {
    const { faultOf } = await __nccwpck_require__.e( 290).then(__nccwpck_require__.bind(__nccwpck_require__, 290));
    return faultOf(error, socket);
}
var tunnelFor = (async function tunnelFor({ url, limit }) {
    const proxy = (0,api_proxy.iJ)(url);
    if (!proxy)
        return undefined;
    if ('flaw' in proxy)
        throw new Error(`the proxy in ${proxy.variable} cannot be used`);
    const { tunnelThrough } = await __nccwpck_require__.e( 690).then(__nccwpck_require__.bind(__nccwpck_require__, 690));
    return tunnelThrough(proxy, url, patienceWithin(limit));
});
var send = (function send({ method, url, body, bearer, limit }, tunnel, httpModule) {
    const client = new HttpClient(`nolapse-token-action/${VERSION}`);
    const host = (0,api_proxy.n0)(url.hostname);
    const options = {
        ...patienceWithin(limit),
        method,
        host,
        ...(0,identity.c)(host),
        port: (0,api_proxy.HM)(url),
        path: url.pathname,
        ...(tunnel ? { createConnection: tunnel.createConnection } : { agent: false }),
        headers: {
            accept: 'application/json',
            'user-agent': client.userAgent,
            ...(body !== undefined && { 'content-type': 'application/json' }),
            ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
        },
    };
    return client.requestRaw({ options: options, parsedUrl: url, httpModule }, body === undefined ? '' : JSON.stringify(body));
});
const bodyMatters = ((status) => (status >= 200 && status < 300) || (status >= 400 && status < 500 && ![407, 408, 429].includes(status)));
var read = (function read(message, maxBytes) {
    return new Promise(((resolve, reject) => {
        const chunks = [];
        let size = 0;
        message.on('data', ((chunk) => {
            size += chunk.length;
            if (size > maxBytes)
                resolve('too-large');
            else
                chunks.push(chunk);
        }));
        message.on('end', (() => resolve(Buffer.concat(chunks))));
        message.on('error', reject);
    }));
});

;



var askPlatform = (async function askPlatform(token, api, limit, others) {
    const outcome = await exchange({
        method: 'POST',
        url: endpoint(api, '/v1/auth/validate'),
        body: { token },
        limit,
        maxBytes: MAX_ANSWER,
        bodyDecides: [200, 401],
    });
    return judgeAnswer(outcome, token, others);
});

;
const realClock = {
    now: (() => process.uptime() * 1000),
    date: () => Date.now(),
    random: () => Math.random(),
    sleep: milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds)),
};

;

const UNEXPANDED = /^(\$[A-Z_][A-Z0-9_]*|\$\{[A-Z_][A-Z0-9_]*\}|%[A-Z_][A-Z0-9_]*%)$/;
var examine = (function examine(value) {
    if (value === undefined || value === '')
        return { form: 'absent', absence: 'unset' };
    if (value.trim() === '')
        return { form: 'absent', absence: 'blank' };
    if (contract.LF.test(value))
        return { form: 'well-formed', token: value };
    if (UNEXPANDED.test(value))
        return { form: 'absent', absence: 'unexpanded' };
    return { form: 'malformed', flaw: flawOf(value), length: value.length };
});
function flawOf(value) {
    if (value.startsWith('\ufeff'))
        return 'byte-order-mark';
    const inner = value.trim();
    if (/[\r\n]/.test(inner))
        return 'several-lines';
    if (inner.includes('${{'))
        return 'expression';
    if (/^\$([A-Za-z_]\w*|env:\w+|\{[^}]*\}|\([^)]*\))$|^%\w+%$/.test(inner))
        return 'variable';
    if (/^\*+$/.test(inner))
        return 'masked';
    if (/^["'`\u201c\u201d\u2018\u2019]|["'`\u201c\u201d\u2018\u2019]$/.test(inner))
        return 'quotes';
    if (/^(bearer|token|basic)\b[\s:]/i.test(inner))
        return 'bearer';
    if (/^[{[]/.test(inner))
        return 'json';
    if (/^(export\s+)?(?!nlp_)[A-Za-z_]\w*\s*[=:]\s*[^=\s]/.test(inner))
        return 'assignment';
    if (isBase64OfToken(inner))
        return 'base64';
    const vendor = vendorOf(inner);
    if (vendor)
        return `vendor:${vendor}`;
    if (/\\[nrt]/.test(inner))
        return 'escape';
    if (/[,;]$/.test(inner))
        return 'separator';
    if (inner !== value)
        return /[\r\n]/.test(value) ? 'line-break' : 'white-space';
    if (/[^\x20-\x7e]/.test(value))
        return 'invisible';
    if (/\s/.test(value))
        return 'white-space';
    if (/^nlp_/i.test(value) && !value.startsWith('nlp_'))
        return 'prefix-case';
    if (!value.startsWith('nlp_'))
        return 'prefix';
    if (value.length !== contract.Fj)
        return value.length < contract.Fj ? 'too-short' : 'too-long';
    if (/^nlp_[0-9a-f]+$/i.test(value))
        return 'upper-case';
    if (/^nlp_[0-9a-z]+$/i.test(value))
        return 'before-v0.2.0';
    return 'characters';
}
const isBase64OfToken = (value) => /^[\w+/-]{59,60}=?$/.test(value) &&
    /^nlp_[0-9a-f]{40}\n?$/.test(Buffer.from(value, 'base64').toString('latin1'));
function vendorOf(value) {
    const vendors = [
        [/^(gh[oprsu]_|github_pat_)/, 'GitHub'],
        [/^gl[a-z]{1,6}-/, 'GitLab'],
        [/^ATATT|^ATCTT|^ATBB/, 'Atlassian'],
        [/^(AKIA|ASIA)/, 'AWS'],
        [/^xox[a-z]-/, 'Slack'],
        [/^npm_/, 'npm'],
        [/^pypi-/, 'PyPI'],
        [/^dckr_pat_/, 'Docker'],
        [/^hv[bs]\./, 'Vault'],
        [/^sk-ant-/, 'Anthropic'],
        [/^sk-/, 'OpenAI'],
        [/^sq[apu]_/, 'SonarQube'],
        [/^ey[JK]/, 'a JWT issuer'],
    ];
    return vendors.find(([prefix]) => prefix.test(value))?.[1];
}

;



var checkEnvironment = (function checkEnvironment(settings) {
    const problems = Array.isArray(settings) ? [...settings] : [];
    if (process.env.NODE_TLS_REJECT_UNAUTHORIZED === '0')
        problems.push({
            subject: 'NODE_TLS_REJECT_UNAUTHORIZED',
            says: 'is 0, which would send the token to anyone who answers. Remove it from the environment. ' +
                'For a private authority, set NODE_EXTRA_CA_CERTS to the file with its certificate.',
        });
    const proxy = Array.isArray(settings) ? undefined : (0,api_proxy.iJ)(settings.api);
    if (proxy && 'flaw' in proxy)
        problems.push({ subject: proxy.variable, says: `${FLAWS[proxy.flaw]} ${EXAMPLE}` });
    return problems.length > 0 ? problems : settings;
});
var secretsOf = (function secretsOf({ NOLAPSE_TOKEN: token = '', NOLAPSE_SESSION_TOKEN: session = '', }) {
    const secrets = new api_secrets.Sb();
    if (examine(token).form !== 'absent')
        secrets.addToken(token);
    if (examine(session).form !== 'absent')
        secrets.addSession(session);
    return secrets;
});
const EXAMPLE = 'A proxy URL looks like http://user:password@proxy.example.com:3128.';
const FLAWS = {
    word: 'is a word, not the URL of a proxy. To use no proxy, unset it, or add the host to no_proxy.',
    scheme: 'names a proxy that is not supported: only http:// and https:// are.',
    quotes: 'has quotes around the proxy URL. Remove them: they become a part of the value.',
    backslash: 'has a backslash in the proxy URL, where it would count as a slash. Write DOMAIN\\user as DOMAIN%5Cuser.',
    encoding: 'has a user name or password with a special character. Percent-encode it: % is %25, @ is %40, / is %2F, # is %23, ? is %3F.',
    url: 'is not a URL with a host name and, if there is one, a port number.',
};

;
var judge = (function judge(finding, settings) {
    switch (finding.kind) {
        case 'untrusted':
            return { reason: 'untrusted', code: finding.code, proxy: finding.proxy };
        case 'unavailable': {
            const { cause, requestId, askedToWait } = finding;
            return { reason: 'unavailable', cause, requestId, askedToWait };
        }
        case 'unexpected':
            return { reason: 'unexpected-response', surprise: finding.surprise, requestId: finding.requestId };
        case 'refused':
            return { reason: 'invalid', said: finding.said, requestId: finding.requestId };
        case 'granted': {
            const { orgId, scopes, requestId } = finding;
            if (settings.expectedOrgId !== undefined && settings.expectedOrgId !== orgId)
                return { reason: 'wrong-org', orgId, requestId };
            const lacking = settings.requiredScopes.filter((scope => !scopes.includes(scope)));
            if (lacking.length > 0)
                return { reason: 'missing-scope', lacking, granted: scopes, requestId };
            return { reason: 'ok', orgId, scopes, requestId };
        }
    }
});
var outputsOf = (function outputsOf(verdict) {
    const valid = verdict.reason === 'ok';
    return {
        valid: valid ? 'true' : 'false',
        reason: verdict.reason,
        org_id: valid ? verdict.orgId : '',
        scopes: valid ? verdict.scopes : [],
        request_id: 'requestId' in verdict ? verdict.requestId : '',
    };
});
function fateOf(verdict, settings) {
    if (verdict.reason === 'ok')
        return 'passed';
    if (Array.isArray(settings))
        return 'failed';
    return settings.tolerate.some(reason => reason === verdict.reason) ? 'tolerated' : 'failed';
}

;






var gate = (async function gate(value, settings, { ask, clock, onRetry }) {
    const start = clock.now();
    const rule = ((verdict, attempts = 0) => ({
        verdict,
        attempts,
        elapsed: clock.now() - start,
    }));
    if (Array.isArray(settings))
        return rule({ reason: 'misconfigured', problems: settings });
    const examined = examine(value);
    if (examined.form === 'absent')
        return rule({ reason: 'missing', absence: examined.absence });
    if (examined.form === 'malformed')
        return rule({ reason: 'malformed', flaw: examined.flaw, length: examined.length });
    const { token } = examined;
    const { finding, attempts } = await askUntilAnswered((limit => ask(token, settings.api, limit)), settings.timeout, clock, onRetry);
    return rule(judge(finding, settings), attempts);
});
const surroundings = ((onRetry) => ({
    ask: ((token, api, limit) => askPlatform(token, api, limit, secretsOf(process.env))),
    clock: realClock,
    onRetry,
}));

var server = __nccwpck_require__(872);
var message = __nccwpck_require__(785);
var passed = __nccwpck_require__(952);
;
function defectOf(error) {
    if (!(error instanceof Error))
        return typeof error;
    const frames = String(error.stack).replace(error.message, '').split('\n');
    const frame = frames.find(line => line.startsWith('    at '))?.slice(-200) ?? '';
    const place = /[^\s()/\\]+:\d+:\d+(?=\)?$)/.exec(frame)?.[0];
    return [error.name, place].filter(Boolean).join(' at ');
}

var annotate = __nccwpck_require__(94);
;
const REASONS = [
    'misconfigured',
    'missing',
    'malformed',
    'untrusted',
    'unavailable',
    'unexpected-response',
    'invalid',
    'wrong-org',
    'missing-scope',
    'ok',
    'internal-error',
];

;


const SHORTEST_MASK = 8;
var masksOf = (function masksOf(value) {
    const lines = value.split(/[\r\n]/).map((line => line.trim()));
    const worthMasking = lines.filter((line => line.length >= SHORTEST_MASK && !REASONS.some((reason => reason.includes(line)))));
    return [...new Set([...worthMasking, ...(0,api_secrets.gF)(value)])];
});

;
const OLDEST = 20;
var oldNode = (function oldNode(version = process.versions.node) {
    if (Number.parseInt(version, 10) >= OLDEST)
        return [];
    return [
        {
            subject: 'Node.js',
            says: `${version} is too old: Node.js ${OLDEST} or later is needed. ` +
                'Put a newer `node` first on the PATH, or use a container image that has one.',
        },
    ];
});

var gate_settings = __nccwpck_require__(724);
var neutralise = __nccwpck_require__(230);
;







const OURS = ['token', ...Object.keys(gate_settings.zY)];
const SIBLING = 'nolapse-token';
var readInputs = (function readInputs() {
    const raw = Object.fromEntries(Object.keys(gate_settings.zY).map((name => [name, (0,core.V4)(name)])));
    const token = {
        input: (0,core.V4)('token', { trimWhitespace: false }),
        environment: process.env.NOLAPSE_TOKEN ?? '',
    };
    const misnamed = misnamedInputs(process.env);
    const secrets = [
        ...Object.values(token).flatMap(masksOf),
        ...misnamed.flatMap(({ meant, value }) => (/token/.test(meant) ? masksOf(value) : (0,api_secrets.gF)(value))),
        ...Object.values(raw).flatMap(api_secrets.gF),
    ];
    return { raw, token, wrong: misnamed.map(problemOf), secrets: [...new Set(secrets)] };
});
var settingsFrom = (function settingsFrom(raw, wrong) {
    const old = oldNode();
    if (old.length > 0)
        return old;
    const settings = checkEnvironment((0,gate_settings.sb)(raw));
    const more = [...wrong, ...contradiction(raw)];
    return more.length > 0 ? [...(Array.isArray(settings) ? settings : []), ...more] : settings;
});
var contradiction = (function contradiction(raw) {
    const variable = process.env.NOLAPSE_API_URL;
    if (!variable || (0,gate_settings.SW)(raw['api-url'] || gate_settings.zY['api-url'], variable) !== false)
        return [];
    return [
        {
            subject: 'NOLAPSE_API_URL',
            says: 'points to a different platform than the input `api-url`. This action follows the input only. ' +
                'Set both to the same URL, or remove the variable.',
        },
    ];
});
var misnamedInputs = (function misnamedInputs(env) {
    return Object.entries(env).flatMap((([variable, value]) => {
        const lower = variable.toLowerCase();
        if (!value || !lower.startsWith('input_'))
            return [];
        const name = lower.slice('input_'.length);
        const meant = OURS.includes(name) ? undefined : meantBy(name);
        return meant ? [{ name, value, meant }] : [];
    }));
});
function meantBy(name) {
    const given = bare(name);
    if (given === bare(SIBLING))
        return SIBLING;
    return OURS.find(input => isClose(given, bare(input), input === 'token' ? 1 : 2));
}
const bare = (name) => name.replace(/[-_ ]/g, '');
function isClose(one, other, most) {
    if (Math.abs(one.length - other.length) > most)
        return false;
    let row = Array.from({ length: other.length + 1 }, (_, column) => column);
    for (const [index, letter] of [...one].entries()) {
        const next = [index + 1];
        for (let column = 1; column <= other.length; column++)
            next.push(Math.min(row[column] + 1, next[column - 1] + 1, row[column - 1] + (letter === other[column - 1] ? 0 : 1)));
        row = next;
    }
    return row[other.length] <= most;
}
const problemOf = ({ name, meant }) => ({
    subject: `the input \`${(0,neutralise.$)(name)}\``,
    says: meant === SIBLING
        ? "is nolapse-action's name for it. In this action, the input is called `token`."
        : `is not an input of this action. Write \`${meant}\`.`,
});

var external_node_fs_ = __nccwpck_require__(24);
;



const obstacleToOutputs = (() => obstacleTo(trial));
const deliver = ((verdict) => obstacleTo((() => write(verdict))));
var obstacleTo = (function obstacleTo(use) {
    const path = process.env.GITHUB_OUTPUT;
    if (!path)
        return 'GITHUB_OUTPUT is not set';
    try {
        use(path);
        return undefined;
    }
    catch (error) {
        return `the file that GITHUB_OUTPUT names is not writable (${error.code ?? 'ENOENT'})`;
    }
});
var trial = (function trial(path) {
    const file = (0,external_node_fs_.openSync)(path, 'r+');
    try {
        const { size } = (0,external_node_fs_.fstatSync)(file);
        (0,external_node_fs_.writeSync)(file, '\n', size);
        (0,external_node_fs_.ftruncateSync)(file, size);
    }
    finally {
        (0,external_node_fs_.closeSync)(file);
    }
});
var write = (function write(verdict) {
    const { valid, ...rest } = outputsOf(verdict);
    for (const [name, value] of Object.entries(rest))
        (0,core.uH)(name, value);
    (0,core.uH)('valid', valid);
});

;










var action = (async function action(crash = new Promise(() => { })) {
    const { raw, token, wrong, secrets } = readInputs();
    for (const secret of secrets)
        (0,core.Pq)(secret);
    const obstacle = obstacleToOutputs();
    if (obstacle)
        return reportUndelivered(`${obstacle}. Nothing was sent to the platform`);
    if (token.input && token.environment && token.input !== token.environment)
        (0,annotate.f)('warning', 'nolapse token: two tokens', 'The input `token` and NOLAPSE_TOKEN in the environment differ. The input is checked, but later steps, such as ' +
            'nolapse, use the one in the environment. What to do: Pass the token in one place only.');
    const tolerant = (0,server.m)(process.env);
    if (tolerant)
        for (const { subject, says } of wrong)
            (0,annotate.f)('warning', 'nolapse token: unknown input', (0,message.em)(`${subject} ${says}`));
    const settings = settingsFrom(raw, tolerant ? [] : wrong);
    const host = hostOf(settings);
    const ruling = await Promise.race([
        gate(token.input || token.environment, settings, surroundings(async (retry) => {
            const { retrying } = await __nccwpck_require__.e( 426).then(__nccwpck_require__.bind(__nccwpck_require__, 426));
            (0,core.pq)(retrying(retry, host));
        })),
        crash,
    ]);
    return report(ruling, settings);
});
async function reportDefect(error) {
    await report({ verdict: { reason: 'internal-error', defect: defectOf(error) }, attempts: 0, elapsed: 0 }, []);
    return 1;
}
const hostOf = ((settings) => (Array.isArray(settings) ? '' : settings.api.host));
function reportUndelivered(why) {
    (0,annotate.f)('error', 'nolapse token: no outputs', `The step's outputs cannot be written: ${why}. ` +
        'What to do: Run this action on a runner, and make sure that its disk is not full.');
    return 1;
}
var report = (async function report(ruling, settings) {
    const { verdict, elapsed } = ruling;
    const obstacle = deliver(verdict);
    if (obstacle)
        return reportUndelivered(obstacle);
    if (verdict.reason === 'ok') {
        (0,core.pq)((0,passed.b)(verdict.orgId, verdict.scopes, hostOf(settings), elapsed));
        return 0;
    }
    const tolerated = fateOf(verdict, settings) === 'tolerated';
    try {
        const { tell } = await loadReport();
        await tell({ ...ruling, verdict }, settings, tolerated);
    }
    catch {
        (0,annotate.f)(tolerated ? 'warning' : 'error', `nolapse token: ${verdict.reason}`, `The step ${tolerated ? 'passed' : 'failed'}. The reason is ${verdict.reason}, but the file that explains it cannot be loaded. ` +
            `What to do: See ${(0,message.uM)(verdict.reason)}.`);
    }
    return tolerated ? 0 : 1;
});
const loadReport = async () => __nccwpck_require__.e( 109).then(__nccwpck_require__.bind(__nccwpck_require__, 109));

;



process.stdout.on('error', () => process.exit(1));
const crash = new Promise(((_, reject) => process.on('uncaughtException', reject)));
Promise.race([action(crash), crash])
    .catch(reportDefect)
    .then(end, () => end(1));

module.exports = __webpack_exports__;
 })()
;