#!/usr/bin/env node
 (() => {
 	var __webpack_modules__ = ({

 8266:
 ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
 __nccwpck_require__.d(__webpack_exports__, {
   G6: (() => ( MAX_ANSWER)),
   Gb: () => ( requestIdOf),
   Gv: () => ( isObject),
   _6: () => ( isHtml),
   _n: (() => ( judgeAnswer)),
   ag: () => ( said),
   dY: () => ( judgeNoAnswer),
   qg: () => ( parse)
 });
 var _contract_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(9570);
 var _secrets_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3219);


const MAX_ANSWER = 64 * 1024;
var judgeAnswer = (function judgeAnswer(outcome, token, others = new _secrets_js__WEBPACK_IMPORTED_MODULE_0__ .Sb()) {
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
    if (!_contract_js__WEBPACK_IMPORTED_MODULE_1__ .Xs.test(orgId))
        return unexpected('org_id', 'characters');
    if (repeats(orgId, secrets))
        return unexpected('org_id', 'token');
    if (!Array.isArray(scopes))
        return unexpected('scopes', scopes === undefined ? 'missing' : 'type');
    if (!scopes.every((scope => typeof scope === 'string')))
        return unexpected('scopes', 'type');
    if (!scopes.every((scope => _contract_js__WEBPACK_IMPORTED_MODULE_1__ .hx.test(scope))))
        return unexpected('scopes', 'characters');
    if (scopes.some((scope => repeats(scope, secrets))))
        return unexpected('scopes', 'token');
    return { kind: 'granted', orgId, scopes, requestId };
});
const repeats = ((field, secrets) => secrets.areIn(field) || (0,_secrets_js__WEBPACK_IMPORTED_MODULE_0__ .Qe)(field));
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
    return secrets.areIn(words) ? '' : (0,_secrets_js__WEBPACK_IMPORTED_MODULE_0__ .E$)(words);
}
var requestIdOf = (function requestIdOf(header, secrets) {
    const id = String(header ?? '');
    return _contract_js__WEBPACK_IMPORTED_MODULE_1__ .A2.test(id) && !id.includes('::') && !repeats(id, secrets) ? id : '';
});


 }),

 9570:
 ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
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

 2885:
 ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
 __nccwpck_require__.d(__webpack_exports__, {
   s: (() => ( endpoint))
 });
const endpoint = ((api, path) => new URL(api.href.replace(/\/$/, '') + path));


 }),

 5768:
 ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";

__nccwpck_require__.d(__webpack_exports__, {
  c: (() => ( exchange))
});

var external_node_http_ = __nccwpck_require__(7067);
var external_node_https_ = __nccwpck_require__(4708);
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

var version = __nccwpck_require__(6303);
var identity = __nccwpck_require__(2649);
var api_proxy = __nccwpck_require__(5010);
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
    const { faultOf } = await __nccwpck_require__.e( 290).then(__nccwpck_require__.bind(__nccwpck_require__, 5290));
    return faultOf(error, socket);
}
var tunnelFor = (async function tunnelFor({ url, limit }) {
    const proxy = (0,api_proxy.iJ)(url);
    if (!proxy)
        return undefined;
    if ('flaw' in proxy)
        throw new Error(`the proxy in ${proxy.variable} cannot be used`);
    const { tunnelThrough } = await __nccwpck_require__.e( 690).then(__nccwpck_require__.bind(__nccwpck_require__, 5690));
    return tunnelThrough(proxy, url, patienceWithin(limit));
});
var send = (function send({ method, url, body, bearer, limit }, tunnel, httpModule) {
    const client = new HttpClient(`nolapse-token-action/${version.x}`);
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


 }),

 2649:
 ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";

__nccwpck_require__.d(__webpack_exports__, {
  c: (() => ( identityOf))
});

var external_node_crypto_ = __nccwpck_require__(7598);
;
const external_node_net_namespaceObject = require("node:net");
var external_node_tls_ = __nccwpck_require__(1692);
;



const isV6 = ((host) => host.includes(':') && (0,external_node_net_namespaceObject.isIPv6)(host));
const identityOf = ((host) => ({
    servername: isV6(host) || (0,external_node_net_namespaceObject.isIPv4)(host) ? '' : host,
    ...(isV6(host) && {
        checkServerIdentity: (_name, peer) => new external_node_crypto_.X509Certificate(peer.raw).checkIP(host) ? undefined : (0,external_node_tls_.checkServerIdentity)(host, peer),
    }),
}));


 }),

 8589:
 ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
 __nccwpck_require__.d(__webpack_exports__, {
   U: (() => ( isLoopback))
 });
const isLoopback = ((hostname) => hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname));


 }),

 5010:
 ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
 __nccwpck_require__.d(__webpack_exports__, {
   HM: (() => ( portOf)),
   iJ: (() => ( proxyFor)),
   n0: (() => ( bareHost))
 });
 var _loopback_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(8589);

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

 4900:
 ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
 __nccwpck_require__.d(__webpack_exports__, {
   J_: (() => ( askUntilAnswered))
 });
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


 }),

 3219:
 ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
 __nccwpck_require__.d(__webpack_exports__, {
   E$: () => ( redact),
   Qe: (() => ( holdsToken)),
   Sb: (() => ( Secrets)),
   dz: () => ( holdsTokenOrBody),
   op: () => ( REVEALING)
 });
 var _unicode_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(9989);

const REVEALING = 8;
const tokensIn = (text) => text.match(/nlp_[0-9a-f]{40}/g) ?? [];
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
        return this.#holdsValue(plain) || this.#bodies.some((body => bare.includes(body)));
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

 9989:
 ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
 __nccwpck_require__.d(__webpack_exports__, {
   h: (() => ( replaceClasses))
 });
const replaceClasses = ((text, classes, replacement) => /^[ -~]*$/.test(text) ? text : text.replace(new RegExp(`[${classes}]+`, 'gu'), replacement));


 }),

 834:
 ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
 __nccwpck_require__.d(__webpack_exports__, {
   x: (() => ( askPlatform))
 });
 var _answer_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(8266);
 var _endpoint_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(2885);
 var _exchange_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(5768);



var askPlatform = (async function askPlatform(token, api, limit, others) {
    const outcome = await (0,_exchange_js__WEBPACK_IMPORTED_MODULE_0__ .c)({
        method: 'POST',
        url: (0,_endpoint_js__WEBPACK_IMPORTED_MODULE_1__ .s)(api, '/v1/auth/validate'),
        body: { token },
        limit,
        maxBytes: _answer_js__WEBPACK_IMPORTED_MODULE_2__ .G6,
        bodyDecides: [200, 401],
    });
    return (0,_answer_js__WEBPACK_IMPORTED_MODULE_2__ ._n)(outcome, token, others);
});


 }),

 3235:
 ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
 __nccwpck_require__.d(__webpack_exports__, {
   y: () => ( absolute)
 });
 var node_path__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(6760);
 var node_path__WEBPACK_IMPORTED_MODULE_0___default = __nccwpck_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);

function absolute(path) {
    try {
        return (0,node_path__WEBPACK_IMPORTED_MODULE_0__.resolve)(path);
    }
    catch {
        return path;
    }
}


 }),

 8940:
 ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
 __nccwpck_require__.d(__webpack_exports__, {
   Q7: (() => ( holdSecret)),
   _t: (() => ( ownOf)),
   gg: () => ( SECRET_IN_ARGUMENTS),
   lO: () => ( withoutValues)
 });
 var _api_secrets_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3219);

var holdSecret = (function holdSecret(args, secrets) {
    if (args.some((arg => (0,_api_secrets_js__WEBPACK_IMPORTED_MODULE_0__ .Qe)(arg) || secrets.areInId(arg))))
        return true;
    return ownOf(args).some((arg => /^(--[a-z-]+=)?[0-9a-f]{40}$/i.test(arg)));
});
var ownOf = (function ownOf(args) {
    const end = args.indexOf('--');
    return end < 0 ? args : args.slice(0, end);
});
const SECRET_IN_ARGUMENTS = 'An argument holds a token, the session, or text that looks like a token. Process lists, shell histories and job logs ' +
    'show arguments, so anyone who reads them has it.\nWhat to do: Revoke the token, or end the session. Secrets come from ' +
    'the environment: NOLAPSE_TOKEN and NOLAPSE_SESSION_TOKEN. To show, rotate or revoke a token, use its ID or its name.';
const WORD = /^[a-z-]{1,30}( [<[][a-z.]+[>\]])?$/i;
function withoutValues(error, args) {
    if (ownOf(args).some(arg => arg.includes("'")))
        return 'error: wrong usage. The arguments are not shown here, because one of them holds a single quote.\n';
    return error.replace(/'([^']*)'/g, (quoted, value) => (WORD.test(value) ? quoted : '(not shown)'));
}


 }),

 1507:
 ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
__nccwpck_require__.r(__webpack_exports__);

__nccwpck_require__.d(__webpack_exports__, {
  registerCheck: (() => ( registerCheck))
});

var esm = __nccwpck_require__(5109);
var retry = __nccwpck_require__(4900);
var validate = __nccwpck_require__(834);
var clock = __nccwpck_require__(301);
var environment = __nccwpck_require__(9284);
var gate_token = __nccwpck_require__(4388);
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
var fateOf = (function fateOf(verdict, settings) {
    if (verdict.reason === 'ok')
        return 'passed';
    if (Array.isArray(settings))
        return 'failed';
    return settings.tolerate.some(reason => reason === verdict.reason) ? 'tolerated' : 'failed';
});

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
    const examined = (0,gate_token.s)(value);
    if (examined.form === 'absent')
        return rule({ reason: 'missing', absence: examined.absence });
    if (examined.form === 'malformed')
        return rule({ reason: 'malformed', flaw: examined.flaw, length: examined.length });
    const { token } = examined;
    const { finding, attempts } = await (0,retry.J_)((limit => ask(token, settings.api, limit)), settings.timeout, clock, onRetry);
    return rule(judge(finding, settings), attempts);
});
const surroundings = ((onRetry) => ({
    ask: ((token, api, limit) => (0,validate.x)(token, api, limit, (0,environment.F)(process.env))),
    clock: clock.d,
    onRetry,
}));

var gate_settings = __nccwpck_require__(6724);
var message = __nccwpck_require__(7785);
var passed = __nccwpck_require__(1952);
var defect = __nccwpck_require__(6342);
var process_interruption = __nccwpck_require__(7680);
var version = __nccwpck_require__(6303);
var exit_codes = __nccwpck_require__(2293);
;

const FORMATS = ['text', 'json', 'dotenv'];
var documentOf = (function documentOf(format, verdict, message) {
    const { valid, reason, org_id, scopes, request_id } = outputsOf(verdict);
    switch (format) {
        case 'text':
            return message;
        case 'json':
            return JSON.stringify({ valid: valid === 'true', reason, org_id, scopes, request_id, message });
        case 'dotenv':
            return [
                `NOLAPSE_TOKEN_VALID=${valid}`,
                `NOLAPSE_TOKEN_REASON=${reason}`,
                `NOLAPSE_ORG_ID=${org_id}`,
                `NOLAPSE_SCOPES=${scopes.join(',')}`,
            ].join('\n');
    }
});

var cli_options = __nccwpck_require__(5729);
var output_place = __nccwpck_require__(8349);
var print = __nccwpck_require__(3687);
;














var registerCheck = (function registerCheck(program, conclude, onDefect, earlier) {
    (0,cli_options.mE)(program.command('check'))
        .summary('check the token in NOLAPSE_TOKEN')
        .description('Asks the platform whether the token in NOLAPSE_TOKEN is valid, belongs to the right organisation and has the ' +
        'required scopes. If not, it says why, and what to do.')
        .option('--required-scopes <list>', `scopes that must all be granted, separated by commas or spaces; none requires no scope (default: ${gate_settings.zY['required-scopes']})`)
        .option('--expected-org-id <id>', 'the organisation that the token must belong to')
        .option('--tolerate <list>', 'missing, unavailable, or both: reasons that only warn, with exit code 0. The job then passes without a valid ' +
        'token, and NOLAPSE_TOKEN_VALID is false: check it in later steps')
        .addOption(new esm.c$('--format <format>', 'how to write the verdict').choices(FORMATS).default('text'))
        .option('--output <file>', 'write the verdict to this file; - means standard output')
        .addHelpText('after', AFTER)
        .action((async (options) => conclude(await check(options, onDefect, earlier))));
});
const LAST_MOMENT = 1_000;
var check = (async function check(options, onDefect, earlier) {
    const interruption = new process_interruption._();
    try {
        return await checkUnlessInterrupted(interruption, options, onDefect, earlier);
    }
    finally {
        interruption.stopListening();
    }
});
var checkUnlessInterrupted = (async function checkUnlessInterrupted(interruption, options, onDefect, earlier) {
    const { clock } = interruption;
    const settings = (0,cli_options.f5)(options);
    const situation = (0,message._7)(settings, (0,cli_options.W6)(options));
    const file = options.output && !(0,output_place.HT)(options.output) ? options.output : undefined;
    const deadline = clock.now() + timeoutOf(settings);
    let write = (async (document) => (0,print.yy)(document));
    try {
        if (file) {
            const { openOutput } = await __nccwpck_require__.e( 326).then(__nccwpck_require__.bind(__nccwpck_require__, 9326));
            const writeFile = await openOutput(file, earlier.get(file), { clock, deadline });
            write = document => writeFile(`${document}\n`, { clock, deadline: Math.max(deadline, clock.now() + LAST_MOMENT) });
        }
    }
    catch (error) {
        return await unwritable(error, 'Nothing was sent to the platform.');
    }
    let reported = false;
    const report = (async ({ verdict, elapsed }) => {
        if (reported)
            return exit_codes.d.failed;
        reported = true;
        const fate = fateOf(verdict, settings);
        let message;
        if (verdict.reason === 'ok') {
            message = (0,passed.b)(verdict.orgId, verdict.scopes, situation.host, elapsed);
            if (options.format !== 'text' || file)
                (0,print.cv)(message);
        }
        else {
            const outcome = fate === 'tolerated'
                ? `The job continues without a validated token: --tolerate allows ${verdict.reason}.`
                : undefined;
            const { adviseHere } = await Promise.all([__nccwpck_require__.e(893), __nccwpck_require__.e(845)]).then(__nccwpck_require__.bind(__nccwpck_require__, 3845));
            message = adviseHere(verdict, situation, outcome);
            if (outcome)
                (0,print.R8)(`nolapse token: ${verdict.reason} (tolerated)`, message);
            else
                (0,print.cc)(`nolapse token: ${verdict.reason}`, message);
        }
        try {
            if (verdict.reason === 'ok' || options.format !== 'text' || file)
                await write(documentOf(options.format, verdict, message));
        }
        catch (error) {
            return await unwritable(error, 'The verdict is lost, so it does not count.');
        }
        return fate === 'failed' ? (0,exit_codes.F)(verdict.reason) : exit_codes.d.done;
    });
    onDefect(error => report({ verdict: { reason: 'internal-error', defect: (0,defect.L)(error) }, attempts: 0, elapsed: 0 }));
    const ruling = await interruption.during((() => gate(process.env.NOLAPSE_TOKEN, within(deadline - clock.now(), settings), surroundings(async (retry) => {
        const { retrying } = await __nccwpck_require__.e( 426).then(__nccwpck_require__.bind(__nccwpck_require__, 4426));
        (0,print.cv)((0,print.nI)(retrying(retry, situation.host), 'dim', process.stderr));
    }))));
    return report(ruling);
});
async function unwritable(error, consequence) {
    const { reportUnwritable } = await __nccwpck_require__.e( 697).then(__nccwpck_require__.bind(__nccwpck_require__, 697));
    return reportUnwritable(error, consequence, exit_codes.d.usage);
}
const timeoutOf = ((settings) => Array.isArray(settings) ? Number(gate_settings.zY['timeout-seconds']) * 1000 : settings.timeout);
const within = ((left, settings) => Array.isArray(settings) ? settings : { ...settings, timeout: Math.max(SHORTEST, left) });
const SHORTEST = 1_000;
const AFTER = `
The token comes from the environment, as NOLAPSE_TOKEN, never from an argument.
If the platform gives no usable answer, check tries again, with growing waits,
until --timeout-seconds have passed.

Formats:
  text    a valid token is one line on standard output; anything else is
          explained on standard error
  json    one object: valid, reason, org_id, scopes, request_id, message
  dotenv  NOLAPSE_TOKEN_VALID, NOLAPSE_TOKEN_REASON, NOLAPSE_ORG_ID and
          NOLAPSE_SCOPES (separated by commas), as GitLab's
          artifacts:reports:dotenv reads them
json and dotenv are written for every verdict, including those that fail the job.
An older file at --output is removed first.

Exit codes, by reason:
  0  ok; or tolerated, with NOLAPSE_TOKEN_VALID=false
  2  misconfigured; also wrong usage, or an --output that cannot be written
  3  unavailable, untrusted, unexpected-response, internal-error
  5  missing, malformed, invalid, wrong-org, missing-scope
  128 + n  ended by signal n

Examples:
  npx --yes @nolapse/token-action@${version.x} check
  npx --yes @nolapse/token-action@${version.x} check --format dotenv --output gate.env
  npx --yes @nolapse/token-action@${version.x} check --tolerate missing --format json`;


 }),

 2293:
 ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
 __nccwpck_require__.d(__webpack_exports__, {
   F: () => ( exitCodeOf),
   d: (() => ( EXIT))
 });
const EXIT = {
    done: 0,
    usage: 2,
    failed: 3,
    leftover: 4,
    rejected: 5,
};
const BY_REASON = {
    ok: EXIT.done,
    missing: EXIT.rejected,
    malformed: EXIT.rejected,
    invalid: EXIT.rejected,
    'wrong-org': EXIT.rejected,
    'missing-scope': EXIT.rejected,
    misconfigured: EXIT.usage,
    untrusted: EXIT.failed,
    unavailable: EXIT.failed,
    'unexpected-response': EXIT.failed,
    'internal-error': EXIT.failed,
};
const exitCodeOf = (reason) => BY_REASON[reason];


 }),

 5729:
 ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";

__nccwpck_require__.d(__webpack_exports__, {
  "in": () => ( FROM_SESSION),
  W6: (() => ( optionNames)),
  f5: (() => ( settingsOf)),
  mE: (() => ( withPlatformOptions))
});

var environment = __nccwpck_require__(9284);
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

var settings = __nccwpck_require__(6724);
;



const withPlatformOptions = ((command) => command
    .option('--api-url <url>', `base URL of the platform (default: NOLAPSE_API_URL, else ${settings.zY['api-url']})`)
    .option('--timeout-seconds <seconds>', `time limit for checking a token, or for one call to the platform, with every attempt and wait: 1 to 600 (default: ${settings.zY['timeout-seconds']})`)
    .option('--allow-insecure-http', 'allow http:// to a platform that is not on this machine; secrets then travel unencrypted'));
const FROM_SESSION = '\nThe session comes from the environment variable NOLAPSE_SESSION_TOKEN.';
var settingsOf = (function settingsOf(options, old = oldNode()) {
    const raw = {
        'api-url': options.apiUrl || process.env.NOLAPSE_API_URL || '',
        'required-scopes': options.requiredScopes ?? '',
        'expected-org-id': options.expectedOrgId ?? '',
        tolerate: options.tolerate ?? '',
        'timeout-seconds': options.timeoutSeconds ?? '',
        'allow-insecure-http': String(options.allowInsecureHttp ?? ''),
    };
    return old.length > 0 ? old : (0,environment.Q)((0,settings.sb)(raw));
});
var optionNames = (function optionNames({ apiUrl }) {
    const forApiUrl = !apiUrl && process.env.NOLAPSE_API_URL ? 'NOLAPSE_API_URL' : '--api-url';
    return name => (name === 'api-url' ? forApiUrl : name in settings.zY ? `--${name}` : name);
});


 }),

 8349:
 ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
 __nccwpck_require__.d(__webpack_exports__, {
   HT: () => ( isStandardOutput),
   Hm: (() => ( removeEarlier)),
   nb: () => ( descriptorOf)
 });
 var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3024);
 var node_fs__WEBPACK_IMPORTED_MODULE_0___default = __nccwpck_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
 var _absolute_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(3235);
 var _arguments_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(8940);



const isStandardOutput = (path) => path === '-' || descriptorOf(path) === 1;
var removeEarlier = (function removeEarlier(args, rm = node_fs__WEBPACK_IMPORTED_MODULE_0__.rmSync) {
    const removed = new Map();
    const own = (0,_arguments_js__WEBPACK_IMPORTED_MODULE_2__ ._t)(args);
    for (const [index, arg] of own.entries()) {
        const path = arg.startsWith('--output=') ? arg.slice('--output='.length) : own[index + 1];
        if (!/^--output(=|$)/.test(arg) || !path || descriptorOf(path) !== undefined)
            continue;
        try {
            const earlier = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.statSync)(path);
            if (!earlier.isFile())
                continue;
            removed.set(path, earlier.mode);
            remove((0,node_fs__WEBPACK_IMPORTED_MODULE_0__.realpathSync)(path), rm);
        }
        catch {
        }
    }
    return removed;
});
function remove(path, rm) {
    try {
        rm(path);
    }
    catch {
        (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.truncateSync)(path);
    }
}
function descriptorOf(path) {
    const [, name = ''] = /^\/(?:dev|proc\/self)\/(std(?:in|out|err)|fd\/\d+)$/.exec((0,_absolute_js__WEBPACK_IMPORTED_MODULE_1__ .y)(path)) ?? [];
    if (name === '')
        return undefined;
    return name.startsWith('fd/') ? Number(name.slice(3)) : ['stdin', 'stdout', 'stderr'].indexOf(name);
}


 }),

 3687:
 ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
 __nccwpck_require__.d(__webpack_exports__, {
   R8: () => ( warn),
   cc: () => ( complain),
   cv: () => ( say),
   nI: () => ( paint),
   yy: (() => ( print))
 });
const CODES = {
    red: [31, 39],
    yellow: [33, 39],
    dim: [2, 22],
};
function paint(text, colour, stream) {
    if (process.env.NO_COLOR || !stream.isTTY || !stream.hasColors())
        return text;
    const [on, off] = CODES[colour];
    return `\u001b[${on}m${text}\u001b[${off}m`;
}
const print = ((text) => {
    process.stdout.write(`${text}\n`);
});
const say = (text) => {
    process.stderr.write(`${text}\n`);
};
const complain = (headline, text) => say(`${paint(headline, 'red', process.stderr)}\n${text}`);
const warn = (headline, text) => say(`${paint(headline, 'yellow', process.stderr)}\n${text}`);


 }),

 9284:
 ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
 __nccwpck_require__.d(__webpack_exports__, {
   F: (() => ( secretsOf)),
   Q: (() => ( checkEnvironment))
 });
 var _api_proxy_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(5010);
 var _api_secrets_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(3219);
 var _token_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(4388);



var checkEnvironment = (function checkEnvironment(settings) {
    const problems = Array.isArray(settings) ? [...settings] : [];
    if (process.env.NODE_TLS_REJECT_UNAUTHORIZED === '0')
        problems.push({
            subject: 'NODE_TLS_REJECT_UNAUTHORIZED',
            says: 'is 0, which would send the token to anyone who answers. Remove it from the environment. ' +
                'For a private authority, set NODE_EXTRA_CA_CERTS to the file with its certificate.',
        });
    const proxy = Array.isArray(settings) ? undefined : (0,_api_proxy_js__WEBPACK_IMPORTED_MODULE_0__ .iJ)(settings.api);
    if (proxy && 'flaw' in proxy)
        problems.push({ subject: proxy.variable, says: `${FLAWS[proxy.flaw]} ${EXAMPLE}` });
    return problems.length > 0 ? problems : settings;
});
var secretsOf = (function secretsOf({ NOLAPSE_TOKEN: token = '', NOLAPSE_SESSION_TOKEN: session = '', }) {
    const secrets = new _api_secrets_js__WEBPACK_IMPORTED_MODULE_1__ .Sb();
    if ((0,_token_js__WEBPACK_IMPORTED_MODULE_2__ .s)(token).form !== 'absent')
        secrets.addToken(token);
    if ((0,_token_js__WEBPACK_IMPORTED_MODULE_2__ .s)(session).form !== 'absent')
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


 }),

 6724:
 ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
 __nccwpck_require__.d(__webpack_exports__, {
   sb: (() => ( readSettings)),
   zY: (() => ( DEFAULTS))
 });
 var _api_contract_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(9570);
 var _api_loopback_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(8589);
 var _api_secrets_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3219);



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
function isSamePlatform(one, other) {
    const [known, compared] = [one, other].map(url => {
        try {
            return parseApiUrl(url.trim(), true).href;
        }
        catch {
            return undefined;
        }
    });
    return known === undefined ? undefined : known === compared;
}
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

 4388:
 ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
 __nccwpck_require__.d(__webpack_exports__, {
   s: (() => ( examine))
 });
 var _api_contract_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(9570);

const UNEXPANDED = /^(\$[A-Z_][A-Z0-9_]*|\$\{[A-Z_][A-Z0-9_]*\}|%[A-Z_][A-Z0-9_]*%)$/;
var examine = (function examine(value) {
    if (value === undefined || value === '')
        return { form: 'absent', absence: 'unset' };
    if (value.trim() === '')
        return { form: 'absent', absence: 'blank' };
    if (_api_contract_js__WEBPACK_IMPORTED_MODULE_0__ .LF.test(value))
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
    if (value.length !== _api_contract_js__WEBPACK_IMPORTED_MODULE_0__ .Fj)
        return value.length < _api_contract_js__WEBPACK_IMPORTED_MODULE_0__ .Fj ? 'too-short' : 'too-long';
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


 }),

 7785:
 ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
 __nccwpck_require__.d(__webpack_exports__, {
   _7: (() => ( situationOf)),
   b6: () => ( textOf),
   em: () => ( sentence),
   lY: () => ( CREATE),
   sb: () => ( clause),
   yZ: () => ( HOME)
 });
const HOME = 'https://github.com/nolapse/token-action';
const CREATE = 'Create a new token in nolapse and store it as NOLAPSE_TOKEN.';
const situationOf = ((settings, setting) => Array.isArray(settings)
    ? { host: '', seconds: 0, setting }
    : { host: settings.api.host, seconds: settings.timeout / 1000, setting });
const linkTo = (reason) => `${HOME}/blob/v1/docs/troubleshooting.md#${reason}`;
function textOf({ what, causes, remedy }, reason) {
    const likely = causes.length > 0 ? ['Likely causes:', ...causes.map(cause => `- ${cause}`)] : [];
    return [what, `What to do: ${remedy}`, ...likely, `More: ${linkTo(reason)}`].join('\n');
}
const clause = (text) => text.charAt(0).toLowerCase() + text.slice(1);
const sentence = (text) => /^[a-z]+_/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);


 }),

 3230:
 ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
 __nccwpck_require__.d(__webpack_exports__, {
   $: (() => ( neutralise))
 });
 var _api_unicode_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(9989);

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

 1952:
 ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
 __nccwpck_require__.d(__webpack_exports__, {
   K: () => ( listed),
   b: (() => ( passed))
 });
 var _neutralise_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3230);

const passed = ((orgId, scopes, host, elapsed) => `nolapse token is valid: organisation ${(0,_neutralise_js__WEBPACK_IMPORTED_MODULE_0__ .$)(orgId)}, scopes ${listed(scopes)} (${host}, ${Math.round(elapsed)} ms)`);
const listed = ((scopes) => (0,_neutralise_js__WEBPACK_IMPORTED_MODULE_0__ .$)(scopes.join(', ')) || 'none');


 }),

 301:
 ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
 __nccwpck_require__.d(__webpack_exports__, {
   d: (() => ( realClock))
 });
const realClock = {
    now: (() => process.uptime() * 1000),
    date: () => Date.now(),
    random: () => Math.random(),
    sleep: milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds)),
};


 }),

 6342:
 ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
 __nccwpck_require__.d(__webpack_exports__, {
   L: () => ( defectOf)
 });
function defectOf(error) {
    if (!(error instanceof Error))
        return typeof error;
    const frames = String(error.stack).replace(error.message, '').split('\n');
    const frame = frames.find(line => line.startsWith('    at '))?.slice(-200) ?? '';
    const place = /[^\s()/\\]+:\d+:\d+(?=\)?$)/.exec(frame)?.[0];
    return [error.name, place].filter(Boolean).join(' at ');
}


 }),

 3051:
 ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
 __nccwpck_require__.d(__webpack_exports__, {
   Dc: () => ( ignoreBrokenOutput),
   Rs: (() => ( surviveBrokenPipes)),
   _N: (() => ( end))
 });
let broken;
let carriesResult = true;
var surviveBrokenPipes = (function surviveBrokenPipes() {
    process.stderr.on('error', () => undefined);
    process.stdout.on('error', error => {
        broken = error;
    });
});
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


 }),

 7680:
 ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
 __nccwpck_require__.d(__webpack_exports__, {
   _: () => ( Interruption),
   j: () => ( Interrupted)
 });
 var node_os__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(8161);
 var node_os__WEBPACK_IMPORTED_MODULE_0___default = __nccwpck_require__.n(node_os__WEBPACK_IMPORTED_MODULE_0__);
 var node_timers_promises__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(8500);
 var node_timers_promises__WEBPACK_IMPORTED_MODULE_1___default = __nccwpck_require__.n(node_timers_promises__WEBPACK_IMPORTED_MODULE_1__);
 var _clock_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(301);
 var _parent_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(7483);




const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const CHECK_EVERY = 250;
class Interrupted extends Error {
    signal;
    constructor(signal) {
        super(signal);
        this.signal = signal;
    }
    get exitCode() {
        return 128 + node_os__WEBPACK_IMPORTED_MODULE_0__.constants.signals[this.signal];
    }
}
const hangUps = () => !(0,_parent_js__WEBPACK_IMPORTED_MODULE_3__ .M)() && (0,_parent_js__WEBPACK_IMPORTED_MODULE_3__ .S)();
class Interruption {
    #arrival = new AbortController();
    #isHungUp;
    #watch;
    #listener = (signal) => {
        if (signal !== 'SIGHUP' || this.#isHungUp)
            this.#arrival.abort(new Interrupted(signal));
    };
    constructor(isHungUp = hangUps()) {
        this.#isHungUp = isHungUp;
        for (const signal of SIGNALS)
            process.on(signal, this.#listener);
        this.#watch = setInterval(() => this.#look(), CHECK_EVERY).unref();
    }
    stopListening() {
        clearInterval(this.#watch);
        for (const signal of SIGNALS)
            process.off(signal, this.#listener);
    }
    #look() {
        if (!this.#arrival.signal.aborted && this.#isHungUp && this.#isHungUp())
            this.#listener('SIGHUP');
    }
    clock = {
        ..._clock_js__WEBPACK_IMPORTED_MODULE_2__ .d,
        sleep: async (milliseconds) => {
            this.check();
            await (0,node_timers_promises__WEBPACK_IMPORTED_MODULE_1__.setTimeout)(milliseconds, undefined, { signal: this.#arrival.signal }).catch(() => this.check());
        },
    };
    get interrupted() {
        this.#look();
        return this.#arrival.signal.reason;
    }
    check() {
        this.#look();
        this.#arrival.signal.throwIfAborted();
    }
    async hear() {
        await new Promise(setImmediate);
        this.check();
    }
    async during(step, patience = 0, onSignal = () => undefined) {
        this.check();
        return this.bound(step, patience, onSignal);
    }
    async bound(step, patience, onSignal = () => undefined) {
        const { signal } = this.#arrival;
        const work = step();
        const over = new Promise((_, reject) => {
            const arrived = async () => {
                const interrupted = signal.reason;
                onSignal(interrupted.signal);
                await (0,node_timers_promises__WEBPACK_IMPORTED_MODULE_1__.setTimeout)(patience, undefined, { ref: false });
                reject(interrupted);
            };
            if (signal.aborted)
                arrived();
            else
                signal.addEventListener('abort', arrived, { once: true });
        });
        return Promise.race([work, over]);
    }
}


 }),

 7483:
 ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
 __nccwpck_require__.d(__webpack_exports__, {
   M: () => ( ignoresHangUps),
   S: () => ( watchParent)
 });
 var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3024);
 var node_fs__WEBPACK_IMPORTED_MODULE_0___default = __nccwpck_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
 var node_path__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(6760);
 var node_path__WEBPACK_IMPORTED_MODULE_1___default = __nccwpck_require__.n(node_path__WEBPACK_IMPORTED_MODULE_1__);


const parent = process.ppid;
function watchParent(platform = process.platform) {
    if (platform === 'win32') {
        const wasThere = isThere(parent);
        return () => wasThere && !isThere(parent);
    }
    const shells = shellsOfNpm();
    return () => process.ppid !== parent || shells.some(shell => look(shell.pid)?.parent !== shell.parent);
}
function ignoresHangUps(environment = process.env) {
    if ((0,node_path__WEBPACK_IMPORTED_MODULE_1__.basename)(environment._ ?? '') === 'nohup')
        return true;
    try {
        return hasInputOfNohup() || ancestors().some(ignoresSighup);
    }
    catch {
        return false;
    }
}
function isThere(pid) {
    try {
        return process.kill(pid, 0);
    }
    catch (error) {
        return error.code !== 'ESRCH';
    }
}
function shellsOfNpm() {
    const script = process.env.npm_lifecycle_script;
    const shells = [];
    let pid = parent;
    let facts = script ? look(pid) : undefined;
    while (facts?.command.includes(` -c ${script}`)) {
        shells.push({ pid, parent: facts.parent });
        pid = facts.parent;
        facts = look(pid);
    }
    return shells;
}
function ancestors() {
    const npm = shellsOfNpm().at(-1)?.parent;
    return npm === undefined ? [parent] : [parent, npm, look(npm)?.parent];
}
function look(pid) {
    try {
        if (process.platform === 'linux') {
            const stat = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(`/proc/${pid}/stat`, 'utf8');
            const command = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
            return { parent: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]), command };
        }
        const { execFileSync } = process.getBuiltinModule('node:child_process');
        const line = execFileSync('ps', ['-o', 'ppid=', '-o', 'command=', '-p', String(pid)], {
            encoding: 'utf8',
            stdio: ['ignore', 'pipe', 'ignore'],
        });
        return { parent: Number.parseInt(line, 10), command: line };
    }
    catch {
        return undefined;
    }
}
function ignoresSighup(pid) {
    const status = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(`/proc/${pid}/status`, 'utf8');
    const lowest = /^SigIgn:.*(.)$/m.exec(status)?.[1];
    return Number.parseInt(String(lowest), 16) % 2 === 1;
}
const hasInputOfNohup = () => /^flags:\s*[0-7]*[15]$/m.test((0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)('/proc/self/fdinfo/0', 'utf8'));


 }),

 6303:
 ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
 __nccwpck_require__.d(__webpack_exports__, {
   x: (() => ( VERSION))
 });
const VERSION = '1.0.0';


 }),

 1421:
 ((module) => {

"use strict";
module.exports = new Proxy({}, { get: (_, name) => name === "__esModule" ? undefined : require("node:child_process")[name] });

 }),

 7598:
 ((module) => {

"use strict";
module.exports = require("node:crypto");

 }),

 8474:
 ((module) => {

"use strict";
module.exports = require("node:events");

 }),

 3024:
 ((module) => {

"use strict";
module.exports = require("node:fs");

 }),

 7067:
 ((module) => {

"use strict";
module.exports = require("node:http");

 }),

 4708:
 ((module) => {

"use strict";
module.exports = require("node:https");

 }),

 8995:
 ((module) => {

"use strict";
module.exports = require("node:module");

 }),

 8161:
 ((module) => {

"use strict";
module.exports = require("node:os");

 }),

 6760:
 ((module) => {

"use strict";
module.exports = require("node:path");

 }),

 1708:
 ((module) => {

"use strict";
module.exports = require("node:process");

 }),

 481:
 ((module) => {

"use strict";
module.exports = require("node:readline");

 }),

 8500:
 ((module) => {

"use strict";
module.exports = require("node:timers/promises");

 }),

 1692:
 ((module) => {

"use strict";
module.exports = require("node:tls");

 }),

 395:
 ((__unused_webpack_module, exports, __nccwpck_require__) => {

const { Argument } = __nccwpck_require__(4100);
const { Command } = __nccwpck_require__(6986);
const { CommanderError, InvalidArgumentError } = __nccwpck_require__(9073);
const { Help } = __nccwpck_require__(5632);
const { Option } = __nccwpck_require__(7546);

exports.DM = new Command();

exports.gu = (name) => new Command(name);
exports.Ww = (flags, description) => new Option(flags, description);
exports.er = (name, description) => new Argument(name, description);


exports.uB = Command;
exports.c$ = Option;
exports.ef = Argument;
exports._V = Help;

exports.b7 = CommanderError;
exports.Di = InvalidArgumentError;
exports.a2 = InvalidArgumentError;


 }),

 4100:
 ((__unused_webpack_module, exports, __nccwpck_require__) => {

const { InvalidArgumentError } = __nccwpck_require__(9073);

class Argument {

  constructor(name, description) {
    this.description = description || '';
    this.variadic = false;
    this.parseArg = undefined;
    this.defaultValue = undefined;
    this.defaultValueDescription = undefined;
    this.argChoices = undefined;

    switch (name[0]) {
      case '<':
        this.required = true;
        this._name = name.slice(1, -1);
        break;
      case '[':
        this.required = false;
        this._name = name.slice(1, -1);
        break;
      default:
        this.required = true;
        this._name = name;
        break;
    }

    if (this._name.endsWith('...')) {
      this.variadic = true;
      this._name = this._name.slice(0, -3);
    }
  }


  name() {
    return this._name;
  }


  _collectValue(value, previous) {
    if (previous === this.defaultValue || !Array.isArray(previous)) {
      return [value];
    }

    previous.push(value);
    return previous;
  }


  default(value, description) {
    this.defaultValue = value;
    this.defaultValueDescription = description;
    return this;
  }


  argParser(fn) {
    this.parseArg = fn;
    return this;
  }


  choices(values) {
    this.argChoices = values.slice();
    this.parseArg = (arg, previous) => {
      if (!this.argChoices.includes(arg)) {
        throw new InvalidArgumentError(
          `Allowed choices are ${this.argChoices.join(', ')}.`,
        );
      }
      if (this.variadic) {
        return this._collectValue(arg, previous);
      }
      return arg;
    };
    return this;
  }

  argRequired() {
    this.required = true;
    return this;
  }

  argOptional() {
    this.required = false;
    return this;
  }
}


function humanReadableArgName(arg) {
  const nameOutput = arg.name() + (arg.variadic === true ? '...' : '');

  return arg.required ? '<' + nameOutput + '>' : '[' + nameOutput + ']';
}

exports.Argument = Argument;
exports.humanReadableArgName = humanReadableArgName;


 }),

 6986:
 ((__unused_webpack_module, exports, __nccwpck_require__) => {

const EventEmitter = (__nccwpck_require__(8474).EventEmitter);
const childProcess = __nccwpck_require__(1421);
const path = __nccwpck_require__(6760);
const fs = __nccwpck_require__(3024);
const process = __nccwpck_require__(1708);

const { Argument, humanReadableArgName } = __nccwpck_require__(4100);
const { CommanderError } = __nccwpck_require__(9073);
const { Help, stripColor } = __nccwpck_require__(5632);
const { Option, DualOptions } = __nccwpck_require__(7546);
const { suggestSimilar } = __nccwpck_require__(2044);

class Command extends EventEmitter {

  constructor(name) {
    super();
    this.commands = [];
    this.options = [];
    this.parent = null;
    this._allowUnknownOption = false;
    this._allowExcessArguments = false;
    this.registeredArguments = [];
    this._args = this.registeredArguments;
    this.args = [];
    this.rawArgs = [];
    this.processedArgs = [];
    this._scriptPath = null;
    this._name = name || '';
    this._optionValues = {};
    this._optionValueSources = {};
    this._storeOptionsAsProperties = false;
    this._actionHandler = null;
    this._executableHandler = false;
    this._executableFile = null;
    this._executableDir = null;
    this._defaultCommandName = null;
    this._exitCallback = null;
    this._aliases = [];
    this._combineFlagAndOptionalValue = true;
    this._description = '';
    this._summary = '';
    this._argsDescription = undefined;
    this._enablePositionalOptions = false;
    this._passThroughOptions = false;
    this._lifeCycleHooks = {};
    this._showHelpAfterError = false;
    this._showSuggestionAfterError = true;
    this._savedState = null;

    this._outputConfiguration = {
      writeOut: (str) => process.stdout.write(str),
      writeErr: (str) => process.stderr.write(str),
      outputError: (str, write) => write(str),
      getOutHelpWidth: () =>
        process.stdout.isTTY ? process.stdout.columns : undefined,
      getErrHelpWidth: () =>
        process.stderr.isTTY ? process.stderr.columns : undefined,
      getOutHasColors: () =>
        useColor() ?? (process.stdout.isTTY && process.stdout.hasColors?.()),
      getErrHasColors: () =>
        useColor() ?? (process.stderr.isTTY && process.stderr.hasColors?.()),
      stripColor: (str) => stripColor(str),
    };

    this._hidden = false;
    this._helpOption = undefined;
    this._addImplicitHelpCommand = undefined;
    this._helpCommand = undefined;
    this._helpConfiguration = {};
    this._helpGroupHeading = undefined;
    this._defaultCommandGroup = undefined;
    this._defaultOptionGroup = undefined;
  }

  copyInheritedSettings(sourceCommand) {
    this._outputConfiguration = sourceCommand._outputConfiguration;
    this._helpOption = sourceCommand._helpOption;
    this._helpCommand = sourceCommand._helpCommand;
    this._helpConfiguration = sourceCommand._helpConfiguration;
    this._exitCallback = sourceCommand._exitCallback;
    this._storeOptionsAsProperties = sourceCommand._storeOptionsAsProperties;
    this._combineFlagAndOptionalValue =
      sourceCommand._combineFlagAndOptionalValue;
    this._allowExcessArguments = sourceCommand._allowExcessArguments;
    this._enablePositionalOptions = sourceCommand._enablePositionalOptions;
    this._showHelpAfterError = sourceCommand._showHelpAfterError;
    this._showSuggestionAfterError = sourceCommand._showSuggestionAfterError;

    return this;
  }


  _getCommandAndAncestors() {
    const result = [];
    for (let command = this; command; command = command.parent) {
      result.push(command);
    }
    return result;
  }


  command(nameAndArgs, actionOptsOrExecDesc, execOpts) {
    let desc = actionOptsOrExecDesc;
    let opts = execOpts;
    if (typeof desc === 'object' && desc !== null) {
      opts = desc;
      desc = null;
    }
    opts = opts || {};
    const [, name, args] = nameAndArgs.match(/([^ ]+) *(.*)/);

    const cmd = this.createCommand(name);
    if (desc) {
      cmd.description(desc);
      cmd._executableHandler = true;
    }
    if (opts.isDefault) this._defaultCommandName = cmd._name;
    cmd._hidden = !!(opts.noHelp || opts.hidden);
    cmd._executableFile = opts.executableFile || null;
    if (args) cmd.arguments(args);
    this._registerCommand(cmd);
    cmd.parent = this;
    cmd.copyInheritedSettings(this);

    if (desc) return this;
    return cmd;
  }


  createCommand(name) {
    return new Command(name);
  }


  createHelp() {
    return Object.assign(new Help(), this.configureHelp());
  }


  configureHelp(configuration) {
    if (configuration === undefined) return this._helpConfiguration;

    this._helpConfiguration = configuration;
    return this;
  }


  configureOutput(configuration) {
    if (configuration === undefined) return this._outputConfiguration;

    this._outputConfiguration = {
      ...this._outputConfiguration,
      ...configuration,
    };
    return this;
  }

  showHelpAfterError(displayHelp = true) {
    if (typeof displayHelp !== 'string') displayHelp = !!displayHelp;
    this._showHelpAfterError = displayHelp;
    return this;
  }

  showSuggestionAfterError(displaySuggestion = true) {
    this._showSuggestionAfterError = !!displaySuggestion;
    return this;
  }


  addCommand(cmd, opts) {
    if (!cmd._name) {
      throw new Error(`Command passed to .addCommand() must have a name
- specify the name in Command constructor or using .name()`);
    }

    opts = opts || {};
    if (opts.isDefault) this._defaultCommandName = cmd._name;
    if (opts.noHelp || opts.hidden) cmd._hidden = true;

    this._registerCommand(cmd);
    cmd.parent = this;
    cmd._checkForBrokenPassThrough();

    return this;
  }


  createArgument(name, description) {
    return new Argument(name, description);
  }

  argument(name, description, parseArg, defaultValue) {
    const argument = this.createArgument(name, description);
    if (typeof parseArg === 'function') {
      argument.default(defaultValue).argParser(parseArg);
    } else {
      argument.default(parseArg);
    }
    this.addArgument(argument);
    return this;
  }


  arguments(names) {
    names
      .trim()
      .split(/ +/)
      .forEach(((detail) => {
        this.argument(detail);
      }));
    return this;
  }

  addArgument(argument) {
    const previousArgument = this.registeredArguments.slice(-1)[0];
    if (previousArgument?.variadic) {
      throw new Error(
        `only the last argument can be variadic '${previousArgument.name()}'`,
      );
    }
    if (
      argument.required &&
      argument.defaultValue !== undefined &&
      argument.parseArg === undefined
    ) {
      throw new Error(
        `a default value for a required argument is never used: '${argument.name()}'`,
      );
    }
    this.registeredArguments.push(argument);
    return this;
  }


  helpCommand(enableOrNameAndArgs, description) {
    if (typeof enableOrNameAndArgs === 'boolean') {
      this._addImplicitHelpCommand = enableOrNameAndArgs;
      if (enableOrNameAndArgs && this._defaultCommandGroup) {
        this._initCommandGroup(this._getHelpCommand());
      }
      return this;
    }

    const nameAndArgs = enableOrNameAndArgs ?? 'help [command]';
    const [, helpName, helpArgs] = nameAndArgs.match(/([^ ]+) *(.*)/);
    const helpDescription = description ?? 'display help for command';

    const helpCommand = this.createCommand(helpName);
    helpCommand.helpOption(false);
    if (helpArgs) helpCommand.arguments(helpArgs);
    if (helpDescription) helpCommand.description(helpDescription);

    this._addImplicitHelpCommand = true;
    this._helpCommand = helpCommand;
    if (enableOrNameAndArgs || description) this._initCommandGroup(helpCommand);

    return this;
  }

  addHelpCommand(helpCommand, deprecatedDescription) {
    if (typeof helpCommand !== 'object') {
      this.helpCommand(helpCommand, deprecatedDescription);
      return this;
    }

    this._addImplicitHelpCommand = true;
    this._helpCommand = helpCommand;
    this._initCommandGroup(helpCommand);
    return this;
  }

  _getHelpCommand() {
    const hasImplicitHelpCommand =
      this._addImplicitHelpCommand ??
      (this.commands.length &&
        !this._actionHandler &&
        !this._findCommand('help'));

    if (hasImplicitHelpCommand) {
      if (this._helpCommand === undefined) {
        this.helpCommand(undefined, undefined);
      }
      return this._helpCommand;
    }
    return null;
  }


  hook(event, listener) {
    const allowedValues = ['preSubcommand', 'preAction', 'postAction'];
    if (!allowedValues.includes(event)) {
      throw new Error(`Unexpected value for event passed to hook : '${event}'.
Expecting one of '${allowedValues.join("', '")}'`);
    }
    if (this._lifeCycleHooks[event]) {
      this._lifeCycleHooks[event].push(listener);
    } else {
      this._lifeCycleHooks[event] = [listener];
    }
    return this;
  }


  exitOverride(fn) {
    if (fn) {
      this._exitCallback = fn;
    } else {
      this._exitCallback = (err) => {
        if (err.code !== 'commander.executeSubCommandAsync') {
          throw err;
        } else {
        }
      };
    }
    return this;
  }


  _exit(exitCode, code, message) {
    if (this._exitCallback) {
      this._exitCallback(new CommanderError(exitCode, code, message));
    }
    process.exit(exitCode);
  }


  action(fn) {
    const listener = ((args) => {
      const expectedArgsCount = this.registeredArguments.length;
      const actionArgs = args.slice(0, expectedArgsCount);
      if (this._storeOptionsAsProperties) {
        actionArgs[expectedArgsCount] = this;
      } else {
        actionArgs[expectedArgsCount] = this.opts();
      }
      actionArgs.push(this);

      return fn.apply(this, actionArgs);
    });
    this._actionHandler = listener;
    return this;
  }


  createOption(flags, description) {
    return new Option(flags, description);
  }


  _callParseArg(target, value, previous, invalidArgumentMessage) {
    try {
      return target.parseArg(value, previous);
    } catch (err) {
      if (err.code === 'commander.invalidArgument') {
        const message = `${invalidArgumentMessage} ${err.message}`;
        this.error(message, { exitCode: err.exitCode, code: err.code });
      }
      throw err;
    }
  }


  _registerOption(option) {
    const matchingOption =
      (option.short && this._findOption(option.short)) ||
      (option.long && this._findOption(option.long));
    if (matchingOption) {
      const matchingFlag =
        option.long && this._findOption(option.long)
          ? option.long
          : option.short;
      throw new Error(`Cannot add option '${option.flags}'${this._name && ` to command '${this._name}'`} due to conflicting flag '${matchingFlag}'
-  already used by option '${matchingOption.flags}'`);
    }

    this._initOptionGroup(option);
    this.options.push(option);
  }


  _registerCommand(command) {
    const knownBy = ((cmd) => {
      return [cmd.name()].concat(cmd.aliases());
    });

    const alreadyUsed = knownBy(command).find(((name) =>
      this._findCommand(name)),
    );
    if (alreadyUsed) {
      const existingCmd = knownBy(this._findCommand(alreadyUsed)).join('|');
      const newCmd = knownBy(command).join('|');
      throw new Error(
        `cannot add command '${newCmd}' as already have command '${existingCmd}'`,
      );
    }

    this._initCommandGroup(command);
    this.commands.push(command);
  }

  addOption(option) {
    this._registerOption(option);

    const oname = option.name();
    const name = option.attributeName();

    if (option.negate) {
      const positiveLongFlag = option.long.replace(/^--no-/, '--');
      if (!this._findOption(positiveLongFlag)) {
        this.setOptionValueWithSource(
          name,
          option.defaultValue === undefined ? true : option.defaultValue,
          'default',
        );
      }
    } else if (option.defaultValue !== undefined) {
      this.setOptionValueWithSource(name, option.defaultValue, 'default');
    }

    const handleOptionValue = (val, invalidValueMessage, valueSource) => {
      if (val == null && option.presetArg !== undefined) {
        val = option.presetArg;
      }

      const oldValue = this.getOptionValue(name);
      if (val !== null && option.parseArg) {
        val = this._callParseArg(option, val, oldValue, invalidValueMessage);
      } else if (val !== null && option.variadic) {
        val = option._collectValue(val, oldValue);
      }

      if (val == null) {
        if (option.negate) {
          val = false;
        } else if (option.isBoolean() || option.optional) {
          val = true;
        } else {
          val = '';
        }
      }
      this.setOptionValueWithSource(name, val, valueSource);
    };

    this.on('option:' + oname, (val) => {
      const invalidValueMessage = `error: option '${option.flags}' argument '${val}' is invalid.`;
      handleOptionValue(val, invalidValueMessage, 'cli');
    });

    if (option.envVar) {
      this.on('optionEnv:' + oname, (val) => {
        const invalidValueMessage = `error: option '${option.flags}' value '${val}' from env '${option.envVar}' is invalid.`;
        handleOptionValue(val, invalidValueMessage, 'env');
      });
    }

    return this;
  }

  _optionEx(config, flags, description, fn, defaultValue) {
    if (typeof flags === 'object' && flags instanceof Option) {
      throw new Error(
        'To add an Option object use addOption() instead of option() or requiredOption()',
      );
    }
    const option = this.createOption(flags, description);
    option.makeOptionMandatory(!!config.mandatory);
    if (typeof fn === 'function') {
      option.default(defaultValue).argParser(fn);
    } else if (fn instanceof RegExp) {
      const regex = fn;
      fn = (val, def) => {
        const m = regex.exec(val);
        return m ? m[0] : def;
      };
      option.default(defaultValue).argParser(fn);
    } else {
      option.default(fn);
    }

    return this.addOption(option);
  }


  option(flags, description, parseArg, defaultValue) {
    return this._optionEx({}, flags, description, parseArg, defaultValue);
  }


  requiredOption(flags, description, parseArg, defaultValue) {
    return this._optionEx(
      { mandatory: true },
      flags,
      description,
      parseArg,
      defaultValue,
    );
  }

  combineFlagAndOptionalValue(combine = true) {
    this._combineFlagAndOptionalValue = !!combine;
    return this;
  }

  allowUnknownOption(allowUnknown = true) {
    this._allowUnknownOption = !!allowUnknown;
    return this;
  }

  allowExcessArguments(allowExcess = true) {
    this._allowExcessArguments = !!allowExcess;
    return this;
  }

  enablePositionalOptions(positional = true) {
    this._enablePositionalOptions = !!positional;
    return this;
  }

  passThroughOptions(passThrough = true) {
    this._passThroughOptions = !!passThrough;
    this._checkForBrokenPassThrough();
    return this;
  }


  _checkForBrokenPassThrough() {
    if (
      this.parent &&
      this._passThroughOptions &&
      !this.parent._enablePositionalOptions
    ) {
      throw new Error(
        `passThroughOptions cannot be used for '${this._name}' without turning on enablePositionalOptions for parent command(s)`,
      );
    }
  }


  storeOptionsAsProperties(storeAsProperties = true) {
    if (this.options.length) {
      throw new Error('call .storeOptionsAsProperties() before adding options');
    }
    if (Object.keys(this._optionValues).length) {
      throw new Error(
        'call .storeOptionsAsProperties() before setting option values',
      );
    }
    this._storeOptionsAsProperties = !!storeAsProperties;
    return this;
  }


  getOptionValue(key) {
    if (this._storeOptionsAsProperties) {
      return this[key];
    }
    return this._optionValues[key];
  }


  setOptionValue(key, value) {
    return this.setOptionValueWithSource(key, value, undefined);
  }


  setOptionValueWithSource(key, value, source) {
    if (this._storeOptionsAsProperties) {
      this[key] = value;
    } else {
      this._optionValues[key] = value;
    }
    this._optionValueSources[key] = source;
    return this;
  }


  getOptionValueSource(key) {
    return this._optionValueSources[key];
  }


  getOptionValueSourceWithGlobals(key) {
    let source;
    this._getCommandAndAncestors().forEach((cmd) => {
      if (cmd.getOptionValueSource(key) !== undefined) {
        source = cmd.getOptionValueSource(key);
      }
    });
    return source;
  }


  _prepareUserArgs(argv, parseOptions) {
    if (argv !== undefined && !Array.isArray(argv)) {
      throw new Error('first parameter to parse must be array or undefined');
    }
    parseOptions = parseOptions || {};

    if (argv === undefined && parseOptions.from === undefined) {
      if (process.versions?.electron) {
        parseOptions.from = 'electron';
      }
      const execArgv = process.execArgv ?? [];
      if (
        execArgv.includes('-e') ||
        execArgv.includes('--eval') ||
        execArgv.includes('-p') ||
        execArgv.includes('--print')
      ) {
        parseOptions.from = 'eval';
      }
    }

    if (argv === undefined) {
      argv = process.argv;
    }
    this.rawArgs = argv.slice();

    let userArgs;
    switch (parseOptions.from) {
      case undefined:
      case 'node':
        this._scriptPath = argv[1];
        userArgs = argv.slice(2);
        break;
      case 'electron':
        if (process.defaultApp) {
          this._scriptPath = argv[1];
          userArgs = argv.slice(2);
        } else {
          userArgs = argv.slice(1);
        }
        break;
      case 'user':
        userArgs = argv.slice(0);
        break;
      case 'eval':
        userArgs = argv.slice(1);
        break;
      default:
        throw new Error(
          `unexpected parse option { from: '${parseOptions.from}' }`,
        );
    }

    if (!this._name && this._scriptPath)
      this.nameFromFilename(this._scriptPath);
    this._name = this._name || 'program';

    return userArgs;
  }


  parse(argv, parseOptions) {
    this._prepareForParse();
    const userArgs = this._prepareUserArgs(argv, parseOptions);
    this._parseCommand([], userArgs);

    return this;
  }


  async parseAsync(argv, parseOptions) {
    this._prepareForParse();
    const userArgs = this._prepareUserArgs(argv, parseOptions);
    await this._parseCommand([], userArgs);

    return this;
  }

  _prepareForParse() {
    if (this._savedState === null) {
      this.saveStateBeforeParse();
    } else {
      this.restoreStateBeforeParse();
    }
  }

  saveStateBeforeParse() {
    this._savedState = {
      _name: this._name,
      _optionValues: { ...this._optionValues },
      _optionValueSources: { ...this._optionValueSources },
    };
  }

  restoreStateBeforeParse() {
    if (this._storeOptionsAsProperties)
      throw new Error(`Can not call parse again when storeOptionsAsProperties is true.
- either make a new Command for each call to parse, or stop storing options as properties`);

    this._name = this._savedState._name;
    this._scriptPath = null;
    this.rawArgs = [];
    this._optionValues = { ...this._savedState._optionValues };
    this._optionValueSources = { ...this._savedState._optionValueSources };
    this.args = [];
    this.processedArgs = [];
  }

  _checkForMissingExecutable(executableFile, executableDir, subcommandName) {
    if (fs.existsSync(executableFile)) return;

    const executableDirMessage = executableDir
      ? `searched for local subcommand relative to directory '${executableDir}'`
      : 'no directory for search for local subcommand, use .executableDir() to supply a custom directory';
    const executableMissing = `'${executableFile}' does not exist
 - if '${subcommandName}' is not meant to be an executable command, remove description parameter from '.command()' and use '.description()' instead
 - if the default executable name is not suitable, use the executableFile option to supply a custom name or path
 - ${executableDirMessage}`;
    throw new Error(executableMissing);
  }


  _executeSubCommand(subcommand, args) {
    args = args.slice();
    let launchWithNode = false;
    const sourceExt = ['.js', '.ts', '.tsx', '.mjs', '.cjs'];

    function findFile(baseDir, baseName) {
      const localBin = path.resolve(baseDir, baseName);
      if (fs.existsSync(localBin)) return localBin;

      if (sourceExt.includes(path.extname(baseName))) return undefined;

      const foundExt = sourceExt.find((ext) =>
        fs.existsSync(`${localBin}${ext}`),
      );
      if (foundExt) return `${localBin}${foundExt}`;

      return undefined;
    }

    this._checkForMissingMandatoryOptions();
    this._checkForConflictingOptions();

    let executableFile =
      subcommand._executableFile || `${this._name}-${subcommand._name}`;
    let executableDir = this._executableDir || '';
    if (this._scriptPath) {
      let resolvedScriptPath;
      try {
        resolvedScriptPath = fs.realpathSync(this._scriptPath);
      } catch {
        resolvedScriptPath = this._scriptPath;
      }
      executableDir = path.resolve(
        path.dirname(resolvedScriptPath),
        executableDir,
      );
    }

    if (executableDir) {
      let localFile = findFile(executableDir, executableFile);

      if (!localFile && !subcommand._executableFile && this._scriptPath) {
        const legacyName = path.basename(
          this._scriptPath,
          path.extname(this._scriptPath),
        );
        if (legacyName !== this._name) {
          localFile = findFile(
            executableDir,
            `${legacyName}-${subcommand._name}`,
          );
        }
      }
      executableFile = localFile || executableFile;
    }

    launchWithNode = sourceExt.includes(path.extname(executableFile));

    let proc;
    if (process.platform !== 'win32') {
      if (launchWithNode) {
        args.unshift(executableFile);
        args = incrementNodeInspectorPort(process.execArgv).concat(args);

        proc = childProcess.spawn(process.argv[0], args, { stdio: 'inherit' });
      } else {
        proc = childProcess.spawn(executableFile, args, { stdio: 'inherit' });
      }
    } else {
      this._checkForMissingExecutable(
        executableFile,
        executableDir,
        subcommand._name,
      );
      args.unshift(executableFile);
      args = incrementNodeInspectorPort(process.execArgv).concat(args);
      proc = childProcess.spawn(process.execPath, args, { stdio: 'inherit' });
    }

    if (!proc.killed) {
      const signals = ['SIGUSR1', 'SIGUSR2', 'SIGTERM', 'SIGINT', 'SIGHUP'];
      signals.forEach((signal) => {
        process.on(signal, () => {
          if (proc.killed === false && proc.exitCode === null) {
            proc.kill(signal);
          }
        });
      });
    }

    const exitCallback = this._exitCallback;
    proc.on('close', (code) => {
      code = code ?? 1;
      if (!exitCallback) {
        process.exit(code);
      } else {
        exitCallback(
          new CommanderError(
            code,
            'commander.executeSubCommandAsync',
            '(close)',
          ),
        );
      }
    });
    proc.on('error', (err) => {
      if (err.code === 'ENOENT') {
        this._checkForMissingExecutable(
          executableFile,
          executableDir,
          subcommand._name,
        );
      } else if (err.code === 'EACCES') {
        throw new Error(`'${executableFile}' not executable`);
      }
      if (!exitCallback) {
        process.exit(1);
      } else {
        const wrappedError = new CommanderError(
          1,
          'commander.executeSubCommandAsync',
          '(error)',
        );
        wrappedError.nestedError = err;
        exitCallback(wrappedError);
      }
    });

    this.runningCommand = proc;
  }


  _dispatchSubcommand(commandName, operands, unknown) {
    const subCommand = this._findCommand(commandName);
    if (!subCommand) this.help({ error: true });

    subCommand._prepareForParse();
    let promiseChain;
    promiseChain = this._chainOrCallSubCommandHook(
      promiseChain,
      subCommand,
      'preSubcommand',
    );
    promiseChain = this._chainOrCall(promiseChain, (() => {
      if (subCommand._executableHandler) {
        this._executeSubCommand(subCommand, operands.concat(unknown));
      } else {
        return subCommand._parseCommand(operands, unknown);
      }
    }));
    return promiseChain;
  }


  _dispatchHelpCommand(subcommandName) {
    if (!subcommandName) {
      this.help();
    }
    const subCommand = this._findCommand(subcommandName);
    if (subCommand && !subCommand._executableHandler) {
      subCommand.help();
    }

    return this._dispatchSubcommand(
      subcommandName,
      [],
      [this._getHelpOption()?.long ?? this._getHelpOption()?.short ?? '--help'],
    );
  }


  _checkNumberOfArguments() {
    this.registeredArguments.forEach((arg, i) => {
      if (arg.required && this.args[i] == null) {
        this.missingArgument(arg.name());
      }
    });
    if (
      this.registeredArguments.length > 0 &&
      this.registeredArguments[this.registeredArguments.length - 1].variadic
    ) {
      return;
    }
    if (this.args.length > this.registeredArguments.length) {
      this._excessArguments(this.args);
    }
  }


  _processArguments() {
    const myParseArg = (argument, value, previous) => {
      let parsedValue = value;
      if (value !== null && argument.parseArg) {
        const invalidValueMessage = `error: command-argument value '${value}' is invalid for argument '${argument.name()}'.`;
        parsedValue = this._callParseArg(
          argument,
          value,
          previous,
          invalidValueMessage,
        );
      }
      return parsedValue;
    };

    this._checkNumberOfArguments();

    const processedArgs = [];
    this.registeredArguments.forEach((declaredArg, index) => {
      let value = declaredArg.defaultValue;
      if (declaredArg.variadic) {
        if (index < this.args.length) {
          value = this.args.slice(index);
          if (declaredArg.parseArg) {
            value = value.reduce((processed, v) => {
              return myParseArg(declaredArg, v, processed);
            }, declaredArg.defaultValue);
          }
        } else if (value === undefined) {
          value = [];
        }
      } else if (index < this.args.length) {
        value = this.args[index];
        if (declaredArg.parseArg) {
          value = myParseArg(declaredArg, value, declaredArg.defaultValue);
        }
      }
      processedArgs[index] = value;
    });
    this.processedArgs = processedArgs;
  }


  _chainOrCall(promise, fn) {
    if (promise?.then && typeof promise.then === 'function') {
      return promise.then((() => fn()));
    }
    return fn();
  }


  _chainOrCallHooks(promise, event) {
    let result = promise;
    const hooks = [];
    this._getCommandAndAncestors()
      .reverse()
      .filter(((cmd) => cmd._lifeCycleHooks[event] !== undefined))
      .forEach((hookedCommand) => {
        hookedCommand._lifeCycleHooks[event].forEach((callback) => {
          hooks.push({ hookedCommand, callback });
        });
      });
    if (event === 'postAction') {
      hooks.reverse();
    }

    hooks.forEach((hookDetail) => {
      result = this._chainOrCall(result, () => {
        return hookDetail.callback(hookDetail.hookedCommand, this);
      });
    });
    return result;
  }


  _chainOrCallSubCommandHook(promise, subCommand, event) {
    let result = promise;
    if (this._lifeCycleHooks[event] !== undefined) {
      this._lifeCycleHooks[event].forEach((hook) => {
        result = this._chainOrCall(result, () => {
          return hook(this, subCommand);
        });
      });
    }
    return result;
  }


  _parseCommand(operands, unknown) {
    const parsed = this.parseOptions(unknown);
    this._parseOptionsEnv();
    this._parseOptionsImplied();
    operands = operands.concat(parsed.operands);
    unknown = parsed.unknown;
    this.args = operands.concat(unknown);

    if (operands && this._findCommand(operands[0])) {
      return this._dispatchSubcommand(operands[0], operands.slice(1), unknown);
    }
    if (
      this._getHelpCommand() &&
      operands[0] === this._getHelpCommand().name()
    ) {
      return this._dispatchHelpCommand(operands[1]);
    }
    if (this._defaultCommandName) {
      this._outputHelpIfRequested(unknown);
      return this._dispatchSubcommand(
        this._defaultCommandName,
        operands,
        unknown,
      );
    }
    if (
      this.commands.length &&
      this.args.length === 0 &&
      !this._actionHandler &&
      !this._defaultCommandName
    ) {
      this.help({ error: true });
    }

    this._outputHelpIfRequested(parsed.unknown);
    this._checkForMissingMandatoryOptions();
    this._checkForConflictingOptions();

    const checkForUnknownOptions = (() => {
      if (parsed.unknown.length > 0) {
        this.unknownOption(parsed.unknown[0]);
      }
    });

    const commandEvent = `command:${this.name()}`;
    if (this._actionHandler) {
      checkForUnknownOptions();
      this._processArguments();

      let promiseChain;
      promiseChain = this._chainOrCallHooks(promiseChain, 'preAction');
      promiseChain = this._chainOrCall(promiseChain, (() =>
        this._actionHandler(this.processedArgs)),
      );
      if (this.parent) {
        promiseChain = this._chainOrCall(promiseChain, (() => {
          this.parent.emit(commandEvent, operands, unknown);
        }));
      }
      promiseChain = this._chainOrCallHooks(promiseChain, 'postAction');
      return promiseChain;
    }
    if (this.parent?.listenerCount(commandEvent)) {
      checkForUnknownOptions();
      this._processArguments();
      this.parent.emit(commandEvent, operands, unknown);
    } else if (operands.length) {
      if (this._findCommand('*')) {
        return this._dispatchSubcommand('*', operands, unknown);
      }
      if (this.listenerCount('command:*')) {
        this.emit('command:*', operands, unknown);
      } else if (this.commands.length) {
        this.unknownCommand();
      } else {
        checkForUnknownOptions();
        this._processArguments();
      }
    } else if (this.commands.length) {
      checkForUnknownOptions();
      this.help({ error: true });
    } else {
      checkForUnknownOptions();
      this._processArguments();
    }
  }

  _findCommand(name) {
    if (!name) return undefined;
    return this.commands.find(
      ((cmd) => cmd._name === name || cmd._aliases.includes(name)),
    );
  }


  _findOption(arg) {
    return this.options.find(((option) => option.is(arg)));
  }


  _checkForMissingMandatoryOptions() {
    this._getCommandAndAncestors().forEach(((cmd) => {
      cmd.options.forEach(((anOption) => {
        if (
          anOption.mandatory &&
          cmd.getOptionValue(anOption.attributeName()) === undefined
        ) {
          cmd.missingMandatoryOptionValue(anOption);
        }
      }));
    }));
  }

  _checkForConflictingLocalOptions() {
    const definedNonDefaultOptions = this.options.filter(((option) => {
      const optionKey = option.attributeName();
      if (this.getOptionValue(optionKey) === undefined) {
        return false;
      }
      return this.getOptionValueSource(optionKey) !== 'default';
    }));

    const optionsWithConflicting = definedNonDefaultOptions.filter(
      (option) => option.conflictsWith.length > 0,
    );

    optionsWithConflicting.forEach((option) => {
      const conflictingAndDefined = definedNonDefaultOptions.find((defined) =>
        option.conflictsWith.includes(defined.attributeName()),
      );
      if (conflictingAndDefined) {
        this._conflictingOption(option, conflictingAndDefined);
      }
    });
  }

  _checkForConflictingOptions() {
    this._getCommandAndAncestors().forEach(((cmd) => {
      cmd._checkForConflictingLocalOptions();
    }));
  }


  parseOptions(args) {
    const operands = [];
    const unknown = [];
    let dest = operands;

    function maybeOption(arg) {
      return arg.length > 1 && arg[0] === '-';
    }

    const negativeNumberArg = (arg) => {
      if (!/^-(\d+|\d*\.\d+)(e[+-]?\d+)?$/.test(arg)) return false;
      return !this._getCommandAndAncestors().some((cmd) =>
        cmd.options
          .map((opt) => opt.short)
          .some((short) => /^-\d$/.test(short)),
      );
    };

    let activeVariadicOption = null;
    let activeGroup = null;
    let i = 0;
    while (i < args.length || activeGroup) {
      const arg = activeGroup ?? args[i++];
      activeGroup = null;

      if (arg === '--') {
        if (dest === unknown) dest.push(arg);
        dest.push(...args.slice(i));
        break;
      }

      if (
        activeVariadicOption &&
        (!maybeOption(arg) || negativeNumberArg(arg))
      ) {
        this.emit(`option:${activeVariadicOption.name()}`, arg);
        continue;
      }
      activeVariadicOption = null;

      if (maybeOption(arg)) {
        const option = this._findOption(arg);
        if (option) {
          if (option.required) {
            const value = args[i++];
            if (value === undefined) this.optionMissingArgument(option);
            this.emit(`option:${option.name()}`, value);
          } else if (option.optional) {
            let value = null;
            if (
              i < args.length &&
              (!maybeOption(args[i]) || negativeNumberArg(args[i]))
            ) {
              value = args[i++];
            }
            this.emit(`option:${option.name()}`, value);
          } else {
            this.emit(`option:${option.name()}`);
          }
          activeVariadicOption = option.variadic ? option : null;
          continue;
        }
      }

      if (arg.length > 2 && arg[0] === '-' && arg[1] !== '-') {
        const option = this._findOption(`-${arg[1]}`);
        if (option) {
          if (
            option.required ||
            (option.optional && this._combineFlagAndOptionalValue)
          ) {
            this.emit(`option:${option.name()}`, arg.slice(2));
          } else {
            this.emit(`option:${option.name()}`);
            activeGroup = `-${arg.slice(2)}`;
          }
          continue;
        }
      }

      if (/^--[^=]+=/.test(arg)) {
        const index = arg.indexOf('=');
        const option = this._findOption(arg.slice(0, index));
        if (option && (option.required || option.optional)) {
          this.emit(`option:${option.name()}`, arg.slice(index + 1));
          continue;
        }
      }


      if (
        dest === operands &&
        maybeOption(arg) &&
        !(this.commands.length === 0 && negativeNumberArg(arg))
      ) {
        dest = unknown;
      }

      if (
        (this._enablePositionalOptions || this._passThroughOptions) &&
        operands.length === 0 &&
        unknown.length === 0
      ) {
        if (this._findCommand(arg)) {
          operands.push(arg);
          unknown.push(...args.slice(i));
          break;
        } else if (
          this._getHelpCommand() &&
          arg === this._getHelpCommand().name()
        ) {
          operands.push(arg, ...args.slice(i));
          break;
        } else if (this._defaultCommandName) {
          unknown.push(arg, ...args.slice(i));
          break;
        }
      }

      if (this._passThroughOptions) {
        dest.push(arg, ...args.slice(i));
        break;
      }

      dest.push(arg);
    }

    return { operands, unknown };
  }

  opts() {
    if (this._storeOptionsAsProperties) {
      const result = {};
      const len = this.options.length;

      for (let i = 0; i < len; i++) {
        const key = this.options[i].attributeName();
        result[key] =
          key === this._versionOptionName ? this._version : this[key];
      }
      return result;
    }

    return this._optionValues;
  }

  optsWithGlobals() {
    return this._getCommandAndAncestors().reduce(
      (combinedOptions, cmd) => Object.assign(combinedOptions, cmd.opts()),
      {},
    );
  }

  error(message, errorOptions) {
    this._outputConfiguration.outputError(
      `${message}\n`,
      this._outputConfiguration.writeErr,
    );
    if (typeof this._showHelpAfterError === 'string') {
      this._outputConfiguration.writeErr(`${this._showHelpAfterError}\n`);
    } else if (this._showHelpAfterError) {
      this._outputConfiguration.writeErr('\n');
      this.outputHelp({ error: true });
    }

    const config = errorOptions || {};
    const exitCode = config.exitCode || 1;
    const code = config.code || 'commander.error';
    this._exit(exitCode, code, message);
  }

  _parseOptionsEnv() {
    this.options.forEach(((option) => {
      if (option.envVar && option.envVar in process.env) {
        const optionKey = option.attributeName();
        if (
          this.getOptionValue(optionKey) === undefined ||
          ['default', 'config', 'env'].includes(
            this.getOptionValueSource(optionKey),
          )
        ) {
          if (option.required || option.optional) {
            this.emit(`optionEnv:${option.name()}`, process.env[option.envVar]);
          } else {
            this.emit(`optionEnv:${option.name()}`);
          }
        }
      }
    }));
  }

  _parseOptionsImplied() {
    const dualHelper = new DualOptions(this.options);
    const hasCustomOptionValue = (optionKey) => {
      return (
        this.getOptionValue(optionKey) !== undefined &&
        !['default', 'implied'].includes(this.getOptionValueSource(optionKey))
      );
    };
    this.options
      .filter(
        ((option) =>
          option.implied !== undefined &&
          hasCustomOptionValue(option.attributeName()) &&
          dualHelper.valueFromOption(
            this.getOptionValue(option.attributeName()),
            option,
          )),
      )
      .forEach((option) => {
        Object.keys(option.implied)
          .filter((impliedKey) => !hasCustomOptionValue(impliedKey))
          .forEach((impliedKey) => {
            this.setOptionValueWithSource(
              impliedKey,
              option.implied[impliedKey],
              'implied',
            );
          });
      });
  }


  missingArgument(name) {
    const message = `error: missing required argument '${name}'`;
    this.error(message, { code: 'commander.missingArgument' });
  }


  optionMissingArgument(option) {
    const message = `error: option '${option.flags}' argument missing`;
    this.error(message, { code: 'commander.optionMissingArgument' });
  }


  missingMandatoryOptionValue(option) {
    const message = `error: required option '${option.flags}' not specified`;
    this.error(message, { code: 'commander.missingMandatoryOptionValue' });
  }

  _conflictingOption(option, conflictingOption) {
    const findBestOptionFromValue = (option) => {
      const optionKey = option.attributeName();
      const optionValue = this.getOptionValue(optionKey);
      const negativeOption = this.options.find(
        (target) => target.negate && optionKey === target.attributeName(),
      );
      const positiveOption = this.options.find(
        (target) => !target.negate && optionKey === target.attributeName(),
      );
      if (
        negativeOption &&
        ((negativeOption.presetArg === undefined && optionValue === false) ||
          (negativeOption.presetArg !== undefined &&
            optionValue === negativeOption.presetArg))
      ) {
        return negativeOption;
      }
      return positiveOption || option;
    };

    const getErrorMessage = (option) => {
      const bestOption = findBestOptionFromValue(option);
      const optionKey = bestOption.attributeName();
      const source = this.getOptionValueSource(optionKey);
      if (source === 'env') {
        return `environment variable '${bestOption.envVar}'`;
      }
      return `option '${bestOption.flags}'`;
    };

    const message = `error: ${getErrorMessage(option)} cannot be used with ${getErrorMessage(conflictingOption)}`;
    this.error(message, { code: 'commander.conflictingOption' });
  }


  unknownOption(flag) {
    if (this._allowUnknownOption) return;
    let suggestion = '';

    if (flag.startsWith('--') && this._showSuggestionAfterError) {
      let candidateFlags = [];
      let command = this;
      do {
        const moreFlags = command
          .createHelp()
          .visibleOptions(command)
          .filter((option) => option.long)
          .map((option) => option.long);
        candidateFlags = candidateFlags.concat(moreFlags);
        command = command.parent;
      } while (command && !command._enablePositionalOptions);
      suggestion = suggestSimilar(flag, candidateFlags);
    }

    const message = `error: unknown option '${flag}'${suggestion}`;
    this.error(message, { code: 'commander.unknownOption' });
  }


  _excessArguments(receivedArgs) {
    if (this._allowExcessArguments) return;

    const expected = this.registeredArguments.length;
    const s = expected === 1 ? '' : 's';
    const forSubcommand = this.parent ? ` for '${this.name()}'` : '';
    const message = `error: too many arguments${forSubcommand}. Expected ${expected} argument${s} but got ${receivedArgs.length}.`;
    this.error(message, { code: 'commander.excessArguments' });
  }


  unknownCommand() {
    const unknownName = this.args[0];
    let suggestion = '';

    if (this._showSuggestionAfterError) {
      const candidateNames = [];
      this.createHelp()
        .visibleCommands(this)
        .forEach((command) => {
          candidateNames.push(command.name());
          if (command.alias()) candidateNames.push(command.alias());
        });
      suggestion = suggestSimilar(unknownName, candidateNames);
    }

    const message = `error: unknown command '${unknownName}'${suggestion}`;
    this.error(message, { code: 'commander.unknownCommand' });
  }


  version(str, flags, description) {
    if (str === undefined) return this._version;
    this._version = str;
    flags = flags || '-V, --version';
    description = description || 'output the version number';
    const versionOption = this.createOption(flags, description);
    this._versionOptionName = versionOption.attributeName();
    this._registerOption(versionOption);

    this.on('option:' + versionOption.name(), () => {
      this._outputConfiguration.writeOut(`${str}\n`);
      this._exit(0, 'commander.version', str);
    });
    return this;
  }

  description(str, argsDescription) {
    if (str === undefined && argsDescription === undefined)
      return this._description;
    this._description = str;
    if (argsDescription) {
      this._argsDescription = argsDescription;
    }
    return this;
  }

  summary(str) {
    if (str === undefined) return this._summary;
    this._summary = str;
    return this;
  }


  alias(alias) {
    if (alias === undefined) return this._aliases[0];

    let command = this;
    if (
      this.commands.length !== 0 &&
      this.commands[this.commands.length - 1]._executableHandler
    ) {
      command = this.commands[this.commands.length - 1];
    }

    if (alias === command._name)
      throw new Error("Command alias can't be the same as its name");
    const matchingCommand = this.parent?._findCommand(alias);
    if (matchingCommand) {
      const existingCmd = [matchingCommand.name()]
        .concat(matchingCommand.aliases())
        .join('|');
      throw new Error(
        `cannot add alias '${alias}' to command '${this.name()}' as already have command '${existingCmd}'`,
      );
    }

    command._aliases.push(alias);
    return this;
  }


  aliases(aliases) {
    if (aliases === undefined) return this._aliases;

    aliases.forEach((alias) => this.alias(alias));
    return this;
  }


  usage(str) {
    if (str === undefined) {
      if (this._usage) return this._usage;

      const args = this.registeredArguments.map((arg) => {
        return humanReadableArgName(arg);
      });
      return []
        .concat(
          this.options.length || this._helpOption !== null ? '[options]' : [],
          this.commands.length ? '[command]' : [],
          this.registeredArguments.length ? args : [],
        )
        .join(' ');
    }

    this._usage = str;
    return this;
  }


  name(str) {
    if (str === undefined) return this._name;
    this._name = str;
    return this;
  }


  helpGroup(heading) {
    if (heading === undefined) return this._helpGroupHeading ?? '';
    this._helpGroupHeading = heading;
    return this;
  }

  commandsGroup(heading) {
    if (heading === undefined) return this._defaultCommandGroup ?? '';
    this._defaultCommandGroup = heading;
    return this;
  }

  optionsGroup(heading) {
    if (heading === undefined) return this._defaultOptionGroup ?? '';
    this._defaultOptionGroup = heading;
    return this;
  }

  _initOptionGroup(option) {
    if (this._defaultOptionGroup && !option.helpGroupHeading)
      option.helpGroup(this._defaultOptionGroup);
  }

  _initCommandGroup(cmd) {
    if (this._defaultCommandGroup && !cmd.helpGroup())
      cmd.helpGroup(this._defaultCommandGroup);
  }


  nameFromFilename(filename) {
    this._name = path.basename(filename, path.extname(filename));

    return this;
  }


  executableDir(path) {
    if (path === undefined) return this._executableDir;
    this._executableDir = path;
    return this;
  }


  helpInformation(contextOptions) {
    const helper = this.createHelp();
    const context = this._getOutputContext(contextOptions);
    helper.prepareContext({
      error: context.error,
      helpWidth: context.helpWidth,
      outputHasColors: context.hasColors,
    });
    const text = helper.formatHelp(this, helper);
    if (context.hasColors) return text;
    return this._outputConfiguration.stripColor(text);
  }


  _getOutputContext(contextOptions) {
    contextOptions = contextOptions || {};
    const error = !!contextOptions.error;
    let baseWrite;
    let hasColors;
    let helpWidth;
    if (error) {
      baseWrite = (str) => this._outputConfiguration.writeErr(str);
      hasColors = this._outputConfiguration.getErrHasColors();
      helpWidth = this._outputConfiguration.getErrHelpWidth();
    } else {
      baseWrite = (str) => this._outputConfiguration.writeOut(str);
      hasColors = this._outputConfiguration.getOutHasColors();
      helpWidth = this._outputConfiguration.getOutHelpWidth();
    }
    const write = (str) => {
      if (!hasColors) str = this._outputConfiguration.stripColor(str);
      return baseWrite(str);
    };
    return { error, write, hasColors, helpWidth };
  }


  outputHelp(contextOptions) {
    let deprecatedCallback;
    if (typeof contextOptions === 'function') {
      deprecatedCallback = contextOptions;
      contextOptions = undefined;
    }

    const outputContext = this._getOutputContext(contextOptions);
    const eventContext = {
      error: outputContext.error,
      write: outputContext.write,
      command: this,
    };

    this._getCommandAndAncestors()
      .reverse()
      .forEach((command) => command.emit('beforeAllHelp', eventContext));
    this.emit('beforeHelp', eventContext);

    let helpInformation = this.helpInformation({ error: outputContext.error });
    if (deprecatedCallback) {
      helpInformation = deprecatedCallback(helpInformation);
      if (
        typeof helpInformation !== 'string' &&
        !Buffer.isBuffer(helpInformation)
      ) {
        throw new Error('outputHelp callback must return a string or a Buffer');
      }
    }
    outputContext.write(helpInformation);

    if (this._getHelpOption()?.long) {
      this.emit(this._getHelpOption().long);
    }
    this.emit('afterHelp', eventContext);
    this._getCommandAndAncestors().forEach((command) =>
      command.emit('afterAllHelp', eventContext),
    );
  }


  helpOption(flags, description) {
    if (typeof flags === 'boolean') {
      if (flags) {
        if (this._helpOption === null) this._helpOption = undefined;
        if (this._defaultOptionGroup) {
          this._initOptionGroup(this._getHelpOption());
        }
      } else {
        this._helpOption = null;
      }
      return this;
    }

    this._helpOption = this.createOption(
      flags ?? '-h, --help',
      description ?? 'display help for command',
    );
    if (flags || description) this._initOptionGroup(this._helpOption);

    return this;
  }

  _getHelpOption() {
    if (this._helpOption === undefined) {
      this.helpOption(undefined, undefined);
    }
    return this._helpOption;
  }

  addHelpOption(option) {
    this._helpOption = option;
    this._initOptionGroup(option);
    return this;
  }


  help(contextOptions) {
    this.outputHelp(contextOptions);
    let exitCode = Number(process.exitCode ?? 0);
    if (
      exitCode === 0 &&
      contextOptions &&
      typeof contextOptions !== 'function' &&
      contextOptions.error
    ) {
      exitCode = 1;
    }
    this._exit(exitCode, 'commander.help', '(outputHelp)');
  }



  addHelpText(position, text) {
    const allowedValues = ['beforeAll', 'before', 'after', 'afterAll'];
    if (!allowedValues.includes(position)) {
      throw new Error(`Unexpected value for position to addHelpText.
Expecting one of '${allowedValues.join("', '")}'`);
    }

    const helpEvent = `${position}Help`;
    this.on(helpEvent, ( context) => {
      let helpStr;
      if (typeof text === 'function') {
        helpStr = text({ error: context.error, command: context.command });
      } else {
        helpStr = text;
      }
      if (helpStr) {
        context.write(`${helpStr}\n`);
      }
    });
    return this;
  }


  _outputHelpIfRequested(args) {
    const helpOption = this._getHelpOption();
    const helpRequested = helpOption && args.find((arg) => helpOption.is(arg));
    if (helpRequested) {
      this.outputHelp();
      this._exit(0, 'commander.helpDisplayed', '(outputHelp)');
    }
  }
}


function incrementNodeInspectorPort(args) {
  return args.map((arg) => {
    if (!arg.startsWith('--inspect')) {
      return arg;
    }
    let debugOption;
    let debugHost = '127.0.0.1';
    let debugPort = '9229';
    let match;
    if ((match = arg.match(/^(--inspect(-brk)?)$/)) !== null) {
      debugOption = match[1];
    } else if (
      (match = arg.match(/^(--inspect(-brk|-port)?)=([^:]+)$/)) !== null
    ) {
      debugOption = match[1];
      if (/^\d+$/.test(match[3])) {
        debugPort = match[3];
      } else {
        debugHost = match[3];
      }
    } else if (
      (match = arg.match(/^(--inspect(-brk|-port)?)=([^:]+):(\d+)$/)) !== null
    ) {
      debugOption = match[1];
      debugHost = match[3];
      debugPort = match[4];
    }

    if (debugOption && debugPort !== '0') {
      return `${debugOption}=${debugHost}:${parseInt(debugPort) + 1}`;
    }
    return arg;
  });
}

function useColor() {

  if (
    process.env.NO_COLOR ||
    process.env.FORCE_COLOR === '0' ||
    process.env.FORCE_COLOR === 'false'
  )
    return false;
  if (process.env.FORCE_COLOR || process.env.CLICOLOR_FORCE !== undefined)
    return true;
  return undefined;
}

exports.Command = Command;
exports.useColor = useColor;


 }),

 9073:
 ((__unused_webpack_module, exports) => {

class CommanderError extends Error {
  constructor(exitCode, code, message) {
    super(message);
    Error.captureStackTrace(this, this.constructor);
    this.name = this.constructor.name;
    this.code = code;
    this.exitCode = exitCode;
    this.nestedError = undefined;
  }
}

class InvalidArgumentError extends CommanderError {
  constructor(message) {
    super(1, 'commander.invalidArgument', message);
    Error.captureStackTrace(this, this.constructor);
    this.name = this.constructor.name;
  }
}

exports.CommanderError = CommanderError;
exports.InvalidArgumentError = InvalidArgumentError;


 }),

 5632:
 ((__unused_webpack_module, exports, __nccwpck_require__) => {

const { humanReadableArgName } = __nccwpck_require__(4100);


class Help {
  constructor() {
    this.helpWidth = undefined;
    this.minWidthToWrap = 40;
    this.sortSubcommands = false;
    this.sortOptions = false;
    this.showGlobalOptions = false;
  }

  prepareContext(contextOptions) {
    this.helpWidth = this.helpWidth ?? contextOptions.helpWidth ?? 80;
  }


  visibleCommands(cmd) {
    const visibleCommands = cmd.commands.filter((cmd) => !cmd._hidden);
    const helpCommand = cmd._getHelpCommand();
    if (helpCommand && !helpCommand._hidden) {
      visibleCommands.push(helpCommand);
    }
    if (this.sortSubcommands) {
      visibleCommands.sort((a, b) => {
        return a.name().localeCompare(b.name());
      });
    }
    return visibleCommands;
  }

  compareOptions(a, b) {
    const getSortKey = (option) => {
      return option.short
        ? option.short.replace(/^-/, '')
        : option.long.replace(/^--/, '');
    };
    return getSortKey(a).localeCompare(getSortKey(b));
  }


  visibleOptions(cmd) {
    const visibleOptions = cmd.options.filter((option) => !option.hidden);
    const helpOption = cmd._getHelpOption();
    if (helpOption && !helpOption.hidden) {
      const removeShort = helpOption.short && cmd._findOption(helpOption.short);
      const removeLong = helpOption.long && cmd._findOption(helpOption.long);
      if (!removeShort && !removeLong) {
        visibleOptions.push(helpOption);
      } else if (helpOption.long && !removeLong) {
        visibleOptions.push(
          cmd.createOption(helpOption.long, helpOption.description),
        );
      } else if (helpOption.short && !removeShort) {
        visibleOptions.push(
          cmd.createOption(helpOption.short, helpOption.description),
        );
      }
    }
    if (this.sortOptions) {
      visibleOptions.sort(this.compareOptions);
    }
    return visibleOptions;
  }


  visibleGlobalOptions(cmd) {
    if (!this.showGlobalOptions) return [];

    const globalOptions = [];
    for (
      let ancestorCmd = cmd.parent;
      ancestorCmd;
      ancestorCmd = ancestorCmd.parent
    ) {
      const visibleOptions = ancestorCmd.options.filter(
        (option) => !option.hidden,
      );
      globalOptions.push(...visibleOptions);
    }
    if (this.sortOptions) {
      globalOptions.sort(this.compareOptions);
    }
    return globalOptions;
  }


  visibleArguments(cmd) {
    if (cmd._argsDescription) {
      cmd.registeredArguments.forEach((argument) => {
        argument.description =
          argument.description || cmd._argsDescription[argument.name()] || '';
      });
    }

    if (cmd.registeredArguments.find((argument) => argument.description)) {
      return cmd.registeredArguments;
    }
    return [];
  }


  subcommandTerm(cmd) {
    const args = cmd.registeredArguments
      .map((arg) => humanReadableArgName(arg))
      .join(' ');
    return (
      cmd._name +
      (cmd._aliases[0] ? '|' + cmd._aliases[0] : '') +
      (cmd.options.length ? ' [options]' : '') +
      (args ? ' ' + args : '')
    );
  }


  optionTerm(option) {
    return option.flags;
  }


  argumentTerm(argument) {
    return argument.name();
  }


  longestSubcommandTermLength(cmd, helper) {
    return helper.visibleCommands(cmd).reduce((max, command) => {
      return Math.max(
        max,
        this.displayWidth(
          helper.styleSubcommandTerm(helper.subcommandTerm(command)),
        ),
      );
    }, 0);
  }


  longestOptionTermLength(cmd, helper) {
    return helper.visibleOptions(cmd).reduce((max, option) => {
      return Math.max(
        max,
        this.displayWidth(helper.styleOptionTerm(helper.optionTerm(option))),
      );
    }, 0);
  }


  longestGlobalOptionTermLength(cmd, helper) {
    return helper.visibleGlobalOptions(cmd).reduce((max, option) => {
      return Math.max(
        max,
        this.displayWidth(helper.styleOptionTerm(helper.optionTerm(option))),
      );
    }, 0);
  }


  longestArgumentTermLength(cmd, helper) {
    return helper.visibleArguments(cmd).reduce((max, argument) => {
      return Math.max(
        max,
        this.displayWidth(
          helper.styleArgumentTerm(helper.argumentTerm(argument)),
        ),
      );
    }, 0);
  }


  commandUsage(cmd) {
    let cmdName = cmd._name;
    if (cmd._aliases[0]) {
      cmdName = cmdName + '|' + cmd._aliases[0];
    }
    let ancestorCmdNames = '';
    for (
      let ancestorCmd = cmd.parent;
      ancestorCmd;
      ancestorCmd = ancestorCmd.parent
    ) {
      ancestorCmdNames = ancestorCmd.name() + ' ' + ancestorCmdNames;
    }
    return ancestorCmdNames + cmdName + ' ' + cmd.usage();
  }


  commandDescription(cmd) {
    return cmd.description();
  }


  subcommandDescription(cmd) {
    return cmd.summary() || cmd.description();
  }


  optionDescription(option) {
    const extraInfo = [];

    if (option.argChoices) {
      extraInfo.push(
        `choices: ${option.argChoices.map((choice) => JSON.stringify(choice)).join(', ')}`,
      );
    }
    if (option.defaultValue !== undefined) {
      const showDefault =
        option.required ||
        option.optional ||
        (option.isBoolean() && typeof option.defaultValue === 'boolean');
      if (showDefault) {
        extraInfo.push(
          `default: ${option.defaultValueDescription || JSON.stringify(option.defaultValue)}`,
        );
      }
    }
    if (option.presetArg !== undefined && option.optional) {
      extraInfo.push(`preset: ${JSON.stringify(option.presetArg)}`);
    }
    if (option.envVar !== undefined) {
      extraInfo.push(`env: ${option.envVar}`);
    }
    if (extraInfo.length > 0) {
      const extraDescription = `(${extraInfo.join(', ')})`;
      if (option.description) {
        return `${option.description} ${extraDescription}`;
      }
      return extraDescription;
    }

    return option.description;
  }


  argumentDescription(argument) {
    const extraInfo = [];
    if (argument.argChoices) {
      extraInfo.push(
        `choices: ${argument.argChoices.map((choice) => JSON.stringify(choice)).join(', ')}`,
      );
    }
    if (argument.defaultValue !== undefined) {
      extraInfo.push(
        `default: ${argument.defaultValueDescription || JSON.stringify(argument.defaultValue)}`,
      );
    }
    if (extraInfo.length > 0) {
      const extraDescription = `(${extraInfo.join(', ')})`;
      if (argument.description) {
        return `${argument.description} ${extraDescription}`;
      }
      return extraDescription;
    }
    return argument.description;
  }

  formatItemList(heading, items, helper) {
    if (items.length === 0) return [];

    return [helper.styleTitle(heading), ...items, ''];
  }

  groupItems(unsortedItems, visibleItems, getGroup) {
    const result = new Map();
    unsortedItems.forEach((item) => {
      const group = getGroup(item);
      if (!result.has(group)) result.set(group, []);
    });
    visibleItems.forEach((item) => {
      const group = getGroup(item);
      if (!result.has(group)) {
        result.set(group, []);
      }
      result.get(group).push(item);
    });
    return result;
  }


  formatHelp(cmd, helper) {
    const termWidth = helper.padWidth(cmd, helper);
    const helpWidth = helper.helpWidth ?? 80;

    function callFormatItem(term, description) {
      return helper.formatItem(term, termWidth, description, helper);
    }

    let output = [
      `${helper.styleTitle('Usage:')} ${helper.styleUsage(helper.commandUsage(cmd))}`,
      '',
    ];

    const commandDescription = helper.commandDescription(cmd);
    if (commandDescription.length > 0) {
      output = output.concat([
        helper.boxWrap(
          helper.styleCommandDescription(commandDescription),
          helpWidth,
        ),
        '',
      ]);
    }

    const argumentList = helper.visibleArguments(cmd).map((argument) => {
      return callFormatItem(
        helper.styleArgumentTerm(helper.argumentTerm(argument)),
        helper.styleArgumentDescription(helper.argumentDescription(argument)),
      );
    });
    output = output.concat(
      this.formatItemList('Arguments:', argumentList, helper),
    );

    const optionGroups = this.groupItems(
      cmd.options,
      helper.visibleOptions(cmd),
      (option) => option.helpGroupHeading ?? 'Options:',
    );
    optionGroups.forEach((options, group) => {
      const optionList = options.map((option) => {
        return callFormatItem(
          helper.styleOptionTerm(helper.optionTerm(option)),
          helper.styleOptionDescription(helper.optionDescription(option)),
        );
      });
      output = output.concat(this.formatItemList(group, optionList, helper));
    });

    if (helper.showGlobalOptions) {
      const globalOptionList = helper
        .visibleGlobalOptions(cmd)
        .map((option) => {
          return callFormatItem(
            helper.styleOptionTerm(helper.optionTerm(option)),
            helper.styleOptionDescription(helper.optionDescription(option)),
          );
        });
      output = output.concat(
        this.formatItemList('Global Options:', globalOptionList, helper),
      );
    }

    const commandGroups = this.groupItems(
      cmd.commands,
      helper.visibleCommands(cmd),
      (sub) => sub.helpGroup() || 'Commands:',
    );
    commandGroups.forEach((commands, group) => {
      const commandList = commands.map((sub) => {
        return callFormatItem(
          helper.styleSubcommandTerm(helper.subcommandTerm(sub)),
          helper.styleSubcommandDescription(helper.subcommandDescription(sub)),
        );
      });
      output = output.concat(this.formatItemList(group, commandList, helper));
    });

    return output.join('\n');
  }

  displayWidth(str) {
    return stripColor(str).length;
  }

  styleTitle(str) {
    return str;
  }

  styleUsage(str) {
    return str
      .split(' ')
      .map((word) => {
        if (word === '[options]') return this.styleOptionText(word);
        if (word === '[command]') return this.styleSubcommandText(word);
        if (word[0] === '[' || word[0] === '<')
          return this.styleArgumentText(word);
        return this.styleCommandText(word);
      })
      .join(' ');
  }
  styleCommandDescription(str) {
    return this.styleDescriptionText(str);
  }
  styleOptionDescription(str) {
    return this.styleDescriptionText(str);
  }
  styleSubcommandDescription(str) {
    return this.styleDescriptionText(str);
  }
  styleArgumentDescription(str) {
    return this.styleDescriptionText(str);
  }
  styleDescriptionText(str) {
    return str;
  }
  styleOptionTerm(str) {
    return this.styleOptionText(str);
  }
  styleSubcommandTerm(str) {
    return str
      .split(' ')
      .map((word) => {
        if (word === '[options]') return this.styleOptionText(word);
        if (word[0] === '[' || word[0] === '<')
          return this.styleArgumentText(word);
        return this.styleSubcommandText(word);
      })
      .join(' ');
  }
  styleArgumentTerm(str) {
    return this.styleArgumentText(str);
  }
  styleOptionText(str) {
    return str;
  }
  styleArgumentText(str) {
    return str;
  }
  styleSubcommandText(str) {
    return str;
  }
  styleCommandText(str) {
    return str;
  }


  padWidth(cmd, helper) {
    return Math.max(
      helper.longestOptionTermLength(cmd, helper),
      helper.longestGlobalOptionTermLength(cmd, helper),
      helper.longestSubcommandTermLength(cmd, helper),
      helper.longestArgumentTermLength(cmd, helper),
    );
  }

  preformatted(str) {
    return /\n[^\S\r\n]/.test(str);
  }

  formatItem(term, termWidth, description, helper) {
    const itemIndent = 2;
    const itemIndentStr = ' '.repeat(itemIndent);
    if (!description) return itemIndentStr + term;

    const paddedTerm = term.padEnd(
      termWidth + term.length - helper.displayWidth(term),
    );

    const spacerWidth = 2;
    const helpWidth = this.helpWidth ?? 80;
    const remainingWidth = helpWidth - termWidth - spacerWidth - itemIndent;
    let formattedDescription;
    if (
      remainingWidth < this.minWidthToWrap ||
      helper.preformatted(description)
    ) {
      formattedDescription = description;
    } else {
      const wrappedDescription = helper.boxWrap(description, remainingWidth);
      formattedDescription = wrappedDescription.replace(
        /\n/g,
        '\n' + ' '.repeat(termWidth + spacerWidth),
      );
    }

    return (
      itemIndentStr +
      paddedTerm +
      ' '.repeat(spacerWidth) +
      formattedDescription.replace(/\n/g, `\n${itemIndentStr}`)
    );
  }

  boxWrap(str, width) {
    if (width < this.minWidthToWrap) return str;

    const rawLines = str.split(/\r\n|\n/);
    const chunkPattern = /[\s]*[^\s]+/g;
    const wrappedLines = [];
    rawLines.forEach((line) => {
      const chunks = line.match(chunkPattern);
      if (chunks === null) {
        wrappedLines.push('');
        return;
      }

      let sumChunks = [chunks.shift()];
      let sumWidth = this.displayWidth(sumChunks[0]);
      chunks.forEach((chunk) => {
        const visibleWidth = this.displayWidth(chunk);
        if (sumWidth + visibleWidth <= width) {
          sumChunks.push(chunk);
          sumWidth += visibleWidth;
          return;
        }
        wrappedLines.push(sumChunks.join(''));

        const nextChunk = chunk.trimStart();
        sumChunks = [nextChunk];
        sumWidth = this.displayWidth(nextChunk);
      });
      wrappedLines.push(sumChunks.join(''));
    });

    return wrappedLines.join('\n');
  }
}


function stripColor(str) {
  const sgrPattern = /\x1b\[\d*(;\d*)*m/g;
  return str.replace(sgrPattern, '');
}

exports.Help = Help;
exports.stripColor = stripColor;


 }),

 7546:
 ((__unused_webpack_module, exports, __nccwpck_require__) => {

const { InvalidArgumentError } = __nccwpck_require__(9073);

class Option {

  constructor(flags, description) {
    this.flags = flags;
    this.description = description || '';

    this.required = flags.includes('<');
    this.optional = flags.includes('[');
    this.variadic = /\w\.\.\.[>\]]$/.test(flags);
    this.mandatory = false;
    const optionFlags = splitOptionFlags(flags);
    this.short = optionFlags.shortFlag;
    this.long = optionFlags.longFlag;
    this.negate = false;
    if (this.long) {
      this.negate = this.long.startsWith('--no-');
    }
    this.defaultValue = undefined;
    this.defaultValueDescription = undefined;
    this.presetArg = undefined;
    this.envVar = undefined;
    this.parseArg = undefined;
    this.hidden = false;
    this.argChoices = undefined;
    this.conflictsWith = [];
    this.implied = undefined;
    this.helpGroupHeading = undefined;
  }


  default(value, description) {
    this.defaultValue = value;
    this.defaultValueDescription = description;
    return this;
  }


  preset(arg) {
    this.presetArg = arg;
    return this;
  }


  conflicts(names) {
    this.conflictsWith = this.conflictsWith.concat(names);
    return this;
  }

  implies(impliedOptionValues) {
    let newImplied = impliedOptionValues;
    if (typeof impliedOptionValues === 'string') {
      newImplied = { [impliedOptionValues]: true };
    }
    this.implied = Object.assign(this.implied || {}, newImplied);
    return this;
  }


  env(name) {
    this.envVar = name;
    return this;
  }


  argParser(fn) {
    this.parseArg = fn;
    return this;
  }


  makeOptionMandatory(mandatory = true) {
    this.mandatory = !!mandatory;
    return this;
  }


  hideHelp(hide = true) {
    this.hidden = !!hide;
    return this;
  }


  _collectValue(value, previous) {
    if (previous === this.defaultValue || !Array.isArray(previous)) {
      return [value];
    }

    previous.push(value);
    return previous;
  }


  choices(values) {
    this.argChoices = values.slice();
    this.parseArg = (arg, previous) => {
      if (!this.argChoices.includes(arg)) {
        throw new InvalidArgumentError(
          `Allowed choices are ${this.argChoices.join(', ')}.`,
        );
      }
      if (this.variadic) {
        return this._collectValue(arg, previous);
      }
      return arg;
    };
    return this;
  }


  name() {
    if (this.long) {
      return this.long.replace(/^--/, '');
    }
    return this.short.replace(/^-/, '');
  }


  attributeName() {
    if (this.negate) {
      return camelcase(this.name().replace(/^no-/, ''));
    }
    return camelcase(this.name());
  }

  helpGroup(heading) {
    this.helpGroupHeading = heading;
    return this;
  }


  is(arg) {
    return this.short === arg || this.long === arg;
  }


  isBoolean() {
    return !this.required && !this.optional && !this.negate;
  }
}

class DualOptions {
  constructor(options) {
    this.positiveOptions = new Map();
    this.negativeOptions = new Map();
    this.dualOptions = new Set();
    options.forEach(((option) => {
      if (option.negate) {
        this.negativeOptions.set(option.attributeName(), option);
      } else {
        this.positiveOptions.set(option.attributeName(), option);
      }
    }));
    this.negativeOptions.forEach((value, key) => {
      if (this.positiveOptions.has(key)) {
        this.dualOptions.add(key);
      }
    });
  }

  valueFromOption(value, option) {
    const optionKey = option.attributeName();
    if (!this.dualOptions.has(optionKey)) return true;

    const preset = this.negativeOptions.get(optionKey).presetArg;
    const negativeValue = preset !== undefined ? preset : false;
    return option.negate === (negativeValue === value);
  }
}


var camelcase = (function camelcase(str) {
  return str.split('-').reduce(((str, word) => {
    return str + word[0].toUpperCase() + word.slice(1);
  }));
});


var splitOptionFlags = (function splitOptionFlags(flags) {
  let shortFlag;
  let longFlag;
  const shortFlagExp = /^-[^-]$/;
  const longFlagExp = /^--[^-]/;

  const flagParts = flags.split(/[ |,]+/).concat('guard');
  if (shortFlagExp.test(flagParts[0])) shortFlag = flagParts.shift();
  if (longFlagExp.test(flagParts[0])) longFlag = flagParts.shift();
  if (!shortFlag && shortFlagExp.test(flagParts[0]))
    shortFlag = flagParts.shift();
  if (!shortFlag && longFlagExp.test(flagParts[0])) {
    shortFlag = longFlag;
    longFlag = flagParts.shift();
  }

  if (flagParts[0].startsWith('-')) {
    const unsupportedFlag = flagParts[0];
    const baseError = `option creation failed due to '${unsupportedFlag}' in option flags '${flags}'`;
    if (/^-[^-][^-]/.test(unsupportedFlag))
      throw new Error(
        `${baseError}
- a short flag is a single dash and a single character
  - either use a single dash and a single character (for a short flag)
  - or use a double dash for a long option (and can have two, like '--ws, --workspace')`,
      );
    if (shortFlagExp.test(unsupportedFlag))
      throw new Error(`${baseError}
- too many short flags`);
    if (longFlagExp.test(unsupportedFlag))
      throw new Error(`${baseError}
- too many long flags`);

    throw new Error(`${baseError}
- unrecognised flag format`);
  }
  if (shortFlag === undefined && longFlag === undefined)
    throw new Error(
      `option creation failed due to no flags found in '${flags}'.`,
    );

  return { shortFlag, longFlag };
});

exports.Option = Option;
exports.DualOptions = DualOptions;


 }),

 2044:
 ((__unused_webpack_module, exports) => {

const maxDistance = 3;

function editDistance(a, b) {

  if (Math.abs(a.length - b.length) > maxDistance)
    return Math.max(a.length, b.length);

  const d = [];

  for (let i = 0; i <= a.length; i++) {
    d[i] = [i];
  }
  for (let j = 0; j <= b.length; j++) {
    d[0][j] = j;
  }

  for (let j = 1; j <= b.length; j++) {
    for (let i = 1; i <= a.length; i++) {
      let cost = 1;
      if (a[i - 1] === b[j - 1]) {
        cost = 0;
      } else {
        cost = 1;
      }
      d[i][j] = Math.min(
        d[i - 1][j] + 1,
        d[i][j - 1] + 1,
        d[i - 1][j - 1] + cost,
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
  }

  return d[a.length][b.length];
}


function suggestSimilar(word, candidates) {
  if (!candidates || candidates.length === 0) return '';
  candidates = Array.from(new Set(candidates));

  const searchingOptions = word.startsWith('--');
  if (searchingOptions) {
    word = word.slice(2);
    candidates = candidates.map((candidate) => candidate.slice(2));
  }

  let similar = [];
  let bestDistance = maxDistance;
  const minSimilarity = 0.4;
  candidates.forEach((candidate) => {
    if (candidate.length <= 1) return;

    const distance = editDistance(word, candidate);
    const length = Math.max(word.length, candidate.length);
    const similarity = (length - distance) / length;
    if (similarity > minSimilarity) {
      if (distance < bestDistance) {
        bestDistance = distance;
        similar = [candidate];
      } else if (distance === bestDistance) {
        similar.push(candidate);
      }
    }
  });

  similar.sort((a, b) => a.localeCompare(b));
  if (searchingOptions) {
    similar = similar.map((candidate) => `--${candidate}`);
  }

  if (similar.length > 1) {
    return `\n(Did you mean one of ${similar.join(', ')}?)`;
  }
  if (similar.length === 1) {
    return `\n(Did you mean ${similar[0]}?)`;
  }
  return '';
}

exports.suggestSimilar = suggestSimilar;


 }),

 5109:
 ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

"use strict";
 __nccwpck_require__.d(__webpack_exports__, {
   b7: () => ( CommanderError),
   c$: (() => ( Option)),
   uB: (() => ( Command))
 });
 var _index_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(395);


const {
   "DM": program,
   "gu": createCommand,
   "er": createArgument,
   "Ww": createOption,
   "b7": CommanderError,
   "Di": InvalidArgumentError,
   "a2": InvalidOptionArgumentError,
   "uB": Command,
   "ef": Argument,
   "c$": Option,
   "_V": Help,
} = _index_js__WEBPACK_IMPORTED_MODULE_0__;


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
 		__nccwpck_require__.n = ((module) => {
 			var getter = module && module.__esModule ?
 				() => (module['default']) :
 				() => (module);
 			__nccwpck_require__.d(getter, { a: getter });
 			return getter;
 		});
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
 		__nccwpck_require__.r = ((exports) => {
 			if(typeof Symbol !== 'undefined' && Symbol.toStringTag) {
 				Object.defineProperty(exports, Symbol.toStringTag, { value: 'Module' });
 			}
 			Object.defineProperty(exports, '__esModule', { value: true });
 		});
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
 					installChunk(chunkInComments(chunkId));
 				} else installedChunks[chunkId] = 1;
 			}
 		};
 	})();
var __webpack_exports__ = {};
(() => {
"use strict";

var defect = __nccwpck_require__(6342);
var exit_codes = __nccwpck_require__(2293);
;


process.exitCode = exit_codes.d.failed;
const failToStart = (error) => {
    process.stderr.write(`The command line could not start (${(0,defect.L)(error)}). Nothing was sent to the platform.\n` +
        'What to do: Install it again, and check what NODE_OPTIONS loads into it.\n');
    process.exit(exit_codes.d.failed);
};
process.on('uncaughtException', failToStart);
function crashOf() {
    return new Promise(((_, reject) => {
        process.on('uncaughtException', reject);
        process.off('uncaughtException', failToStart);
    }));
}

var process_parent = __nccwpck_require__(7483);
var exit = __nccwpck_require__(3051);
var print = __nccwpck_require__(3687);
var esm = __nccwpck_require__(5109);
var environment = __nccwpck_require__(9284);
var interruption = __nccwpck_require__(7680);
var version = __nccwpck_require__(6303);
var cli_arguments = __nccwpck_require__(8940);
var output_place = __nccwpck_require__(8349);
;









async function run(args, crash) {
    let code = exit_codes.d.failed;
    let defect = reportDefect;
    try {
        const earlier = mayWrite(args[0]) ? (0,output_place.Hm)(args) : new Map();
        if ((0,cli_arguments.Q7)(args, (0,environment.F)(process.env))) {
            (0,print.cc)('nolapse-token: wrong usage', cli_arguments.gg);
            return exit_codes.d.usage;
        }
        const program = await programOf(args, earlier, (ended => {
            code = ended;
        }), (report => {
            defect = report;
        }));
        await Promise.race([program.parseAsync(args, { from: 'user' }), crash]);
        return code;
    }
    catch (error) {
        if (error instanceof esm.b7)
            return code === exit_codes.d.done ? exit_codes.d.done : exit_codes.d.usage;
        if (error instanceof interruption.j) {
            (0,print.cc)(`nolapse-token: ended by ${error.signal}`, 'Nothing was changed.');
            return error.exitCode;
        }
        return await defect(error);
    }
}
async function reportDefect(error) {
    const { explainDefect } = await Promise.all([__nccwpck_require__.e(893), __nccwpck_require__.e(845)]).then(__nccwpck_require__.bind(__nccwpck_require__, 3845));
    (0,print.cc)('nolapse-token: internal-error', explainDefect((0,defect.L)(error)));
    return exit_codes.d.failed;
}
const COMMANDS = {
    check: (async () => (await Promise.resolve().then(__nccwpck_require__.bind(__nccwpck_require__, 1507))).registerCheck),
    create: async () => (await Promise.all([__nccwpck_require__.e(893), __nccwpck_require__.e(108), __nccwpck_require__.e(431), __nccwpck_require__.e(543)]).then(__nccwpck_require__.bind(__nccwpck_require__, 3543))).registerCreate,
    rotate: async () => (await Promise.all([__nccwpck_require__.e(893), __nccwpck_require__.e(108), __nccwpck_require__.e(431), __nccwpck_require__.e(488)]).then(__nccwpck_require__.bind(__nccwpck_require__, 488))).registerRotate,
    list: async () => (await Promise.all([__nccwpck_require__.e(893), __nccwpck_require__.e(108), __nccwpck_require__.e(339)]).then(__nccwpck_require__.bind(__nccwpck_require__, 4339))).registerList,
    show: async () => (await Promise.all([__nccwpck_require__.e(893), __nccwpck_require__.e(108), __nccwpck_require__.e(46)]).then(__nccwpck_require__.bind(__nccwpck_require__, 2046))).registerShow,
    revoke: async () => (await Promise.all([__nccwpck_require__.e(893), __nccwpck_require__.e(108), __nccwpck_require__.e(334)]).then(__nccwpck_require__.bind(__nccwpck_require__, 2334))).registerRevoke,
    lint: async () => {
        const { registerLint } = await __nccwpck_require__.e( 832).then(__nccwpck_require__.bind(__nccwpck_require__, 7832));
        return (program, conclude, _onDefect, earlier) => registerLint(program, conclude, earlier);
    },
};
const mayWrite = ((command = '') => command === 'check' || command === 'lint' || !Object.keys(COMMANDS).includes(command));
async function programOf(args, earlier, conclude, onDefect) {
    const program = new esm.uB('nolapse-token')
        .description('Checks, creates, rotates and revokes nolapse tokens, and proves that a gate holds.')
        .version(version.x, '-V, --version', 'print the version')
        .helpOption('-h, --help', 'print this help')
        .helpCommand('help [command]', 'print the help of a command')
        .exitOverride()
        .configureOutput({
        writeOut: text => {
            process.stdout.write(text);
            conclude(exit_codes.d.done);
        },
        outputError: (text, write) => write((0,cli_arguments.lO)(text, args)),
    })
        .showHelpAfterError('Add --help to see the commands and options.')
        .addHelpText('after', AFTER);
    const named = Object.entries(COMMANDS).filter((([name]) => name === args[0]));
    for (const [, load] of named.length > 0 ? named : Object.entries(COMMANDS))
        (await load())(program, conclude, onDefect, earlier);
    return program;
}
const AFTER = `
Secrets come from the environment, never from arguments:
  NOLAPSE_TOKEN          the token that check validates
  NOLAPSE_SESSION_TOKEN  the session for the other commands
  NOLAPSE_API_URL        the default of --api-url

Exit codes:
  0        done, valid, or tolerated
  2        wrong usage, no session, or a setting that cannot be used
  3        no usable answer, or a defect of ours; nothing is left behind
  4        something is left that you must look at; the message names it
  5        rejected; nothing is left behind
  128 + n  ended by signal n
The exit code is never 1: npm, npx and Node use it when they fail themselves.

More: https://github.com/nolapse/token-action/blob/v1/docs/command-line.md`;

;







(0,exit.Rs)();
run(process.argv.slice(2), crashOf()).then((code => process.stderr.write('', (() => (0,exit._N)(code, exit_codes.d.failed, complainOfLoss)))));
function complainOfLoss({ code }) {
    if (code !== 'EPIPE')
        (0,print.cc)('nolapse-token: the result is lost', `Standard output could not be written (${code}).\nWhat to do: Make sure that the disk is not full, and run again.`);
}

})();

module.exports = __webpack_exports__;
 })()
;

/** The code in the comments of the function below, which only some runs need. Each part is compiled when it is asked for. */
function chunkInComments(id) {
  // Without the brace at the end.
  const parts = chunks.toString().slice(0, -1).split(/^\/\/ chunk (\d+)$/m);
  const place = parts.indexOf(String(id));
  const lineOffset = 5097 + parts.slice(0, place).join("").split("\n").length - 1;
  const text = parts[place + 1].replace(/^\/\/ /gm, "");
  const module = { exports: {} };
  require("node:vm").compileFunction(text, ["module", "exports", "require"], { filename: __filename, lineOffset })(module, module.exports, require);
  return module.exports;
}

function chunks() {
// chunk 108
// "use strict";
// exports.id = 108;
// exports.ids = [108];
// exports.modules = {
// 
//  150:
//  ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
// 
//  __webpack_require__.d(__webpack_exports__, {
//    CA: () => ( setAgentType),
//    Ey: () => ( createToken),
//    LP: () => ( showToken),
//    YY: () => ( TOKEN_ID),
//    dh: () => ( listTokens),
//    gj: () => ( mayHaveWorked),
//    hH: () => ( rotateToken),
//    w$: () => ( revokeToken)
//  });
//  var _answer_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8266);
//  var _contract_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(9570);
//  var _endpoint_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(2885);
//  var _exchange_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5768);
//  var _retry_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4900);
//  var _secrets_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(3219);
// 
// 
// 
// 
// 
// 
// const MAX_LIST = 4 * 1024 * 1024;
// const TOKEN_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
// const listTokens = (access) => ask(access, { method: 'GET', path: '/v1/tokens', success: 200, maxBytes: MAX_LIST }, json => {
//     const list = (0,_answer_js__WEBPACK_IMPORTED_MODULE_2__ .Gv)(json) ? json.tokens : json;
//     if (!Array.isArray(list))
//         throw new WrongField('tokens', list === undefined ? 'missing' : 'type');
//     const tokens = list.flatMap(row => rowOf(row, access.secrets) ?? []);
//     return { tokens, unusable: list.length - tokens.length };
// });
// const showToken = (access, id) => ask(access, { method: 'GET', path: pathOf(id), success: 200 }, json => ({
//     ...infoOf(json, access.secrets, id),
//     createdAt: textOrNone(json.created_at),
// }));
// const setAgentType = (access, id, agentType) => ask(access, { method: 'PATCH', path: pathOf(id), success: 200, body: { agent_type: agentType } }, json => infoOf(json, access.secrets, id));
// async function revokeToken(access, id) {
//     const outcome = await ask(access, { method: 'DELETE', path: pathOf(id), success: 204 }, () => undefined);
//     return outcome.kind === 'refused' && outcome.status === 404 ? { kind: 'done', value: undefined } : outcome;
// }
// const createToken = (access, name, scopes, old) => askCarefully(access, { method: 'POST', path: '/v1/tokens', success: 201, body: { name, scopes } }, old);
// const rotateToken = (access, id) => askCarefully(access, { method: 'POST', path: `${pathOf(id)}/rotate`, success: 200 }, id);
// function mayHaveWorked(failed) {
//     switch (failed.kind) {
//         case 'refused':
//         case 'untrusted':
//             return false;
//         case 'unexpected': {
//             const { surprise, unsent } = failed;
//             return !unsent && !('status' in surprise && surprise.status >= 400 && surprise.status < 500);
//         }
//         case 'unavailable': {
//             const { cause } = failed;
//             return cause.kind === 'status' ? cause.status >= 500 : !cause.unsent;
//         }
//     }
// }
// const NOT_THE_API = [404, 405];
// const pathOf = (id) => `/v1/tokens/${id}`;
// async function ask(access, request, read) {
//     const attempt = (limit) => askOnce(access, request, limit, read);
//     const { finding } = await (0,_retry_js__WEBPACK_IMPORTED_MODULE_1__ .J_)(attempt, access.timeout, access.clock, access.onRetry);
//     return finding;
// }
// async function askCarefully(access, request, old) {
//     let last;
//     const attempt = async (limit) => {
//         last = await askOnce(access, request, limit, json => issuedOf(json, access.secrets, old));
//         return last.kind === 'unavailable' ? { ...last, retry: isLimited(last) } : last;
//     };
//     const { finding } = await (0,_retry_js__WEBPACK_IMPORTED_MODULE_1__ .J_)(attempt, access.timeout, access.clock, access.onRetry);
//     return last ??  finding;
// }
// const isLimited = ({ cause }) => cause.kind === 'status' && cause.status === 429;
// async function askOnce({ api, session, secrets }, { method, path, success, body, maxBytes = _answer_js__WEBPACK_IMPORTED_MODULE_2__ .G6 }, limit, read) {
//     const outcome = await (0,_exchange_js__WEBPACK_IMPORTED_MODULE_0__ .c)({
//         method,
//         url: (0,_endpoint_js__WEBPACK_IMPORTED_MODULE_3__ .s)(api, path),
//         bearer: session,
//         ...(body !== undefined && { body }),
//         limit,
//         maxBytes,
//         bodyDecides: success === 204 ? [] : [success],
//     });
//     const none = (0,_answer_js__WEBPACK_IMPORTED_MODULE_2__ .dY)(outcome, secrets);
//     if (none)
//         return none;
//     if (outcome.kind !== 'answer')
//         throw new Error('a fault that was judged to be an answer');
//     const { status, headers, body: bytes } = outcome;
//     const html = (0,_answer_js__WEBPACK_IMPORTED_MODULE_2__ ._6)(headers);
//     const requestId = () => (0,_answer_js__WEBPACK_IMPORTED_MODULE_2__ .Gb)(headers['x-request-id'], secrets);
//     const unexpected = (surprise) => ({
//         kind: 'unexpected',
//         surprise,
//         requestId: requestId(),
//     });
//     const json = (0,_answer_js__WEBPACK_IMPORTED_MODULE_2__ .qg)(bytes);
//     if (status !== success) {
//         const words = (0,_answer_js__WEBPACK_IMPORTED_MODULE_2__ .ag)(bytes, secrets);
//         const inItsWords = (0,_answer_js__WEBPACK_IMPORTED_MODULE_2__ .Gv)(json) && typeof json.error === 'string';
//         if (status >= 400 && status < 500 && (inItsWords || !(html || NOT_THE_API.includes(status))))
//             return { kind: 'refused', status, said: words, requestId: requestId() };
//         return unexpected({ kind: 'status', status, html, said: words });
//     }
//     if (success === 204)
//         return { kind: 'done', value: read(undefined) };
//     if (bytes === 'too-large')
//         return unexpected({ kind: 'too-large', status });
//     if (json === undefined)
//         return unexpected({ kind: html ? 'html' : 'not-json', status });
//     try {
//         return { kind: 'done', value: read(json) };
//     }
//     catch (error) {
//         if (!(error instanceof WrongField))
//             throw error;
//         return unexpected({ kind: 'field', field: error.field, wrong: error.wrong });
//     }
// }
// class WrongField extends Error {
//     field;
//     wrong;
//     constructor(field, wrong) {
//         super(field);
//         this.field = field;
//         this.wrong = wrong;
//     }
// }
// function textOf(json, field) {
//     const value = (0,_answer_js__WEBPACK_IMPORTED_MODULE_2__ .Gv)(json) ? json[field] : undefined;
//     if (typeof value !== 'string')
//         throw new WrongField(field, value === undefined ? 'missing' : 'type');
//     return value;
// }
// const textOrNone = (value) => (typeof value === 'string' ? value : '');
// function idOf(json, secrets) {
//     const id = textOf(json, 'id');
//     if (!TOKEN_ID.test(id))
//         throw new WrongField('id', 'characters');
//     if ((0,_secrets_js__WEBPACK_IMPORTED_MODULE_4__ .dz)(id) || secrets.areInId(id))
//         throw new WrongField('id', 'token');
//     return id;
// }
// function rowOf(json, secrets) {
//     try {
//         return infoOf(json, secrets);
//     }
//     catch {
//         return undefined;
//     }
// }
// function infoOf(json, secrets, requested) {
//     const id = idOf(json, secrets);
//     if (requested !== undefined && id !== requested)
//         throw new WrongField('id', 'other');
//     const { name, status, scopes, agent_type: agentType } = json;
//     return {
//         id,
//         name: textOrNone(name),
//         status: textOrNone(status),
//         scopes: Array.isArray(scopes) ? scopes.filter(scope => typeof scope === 'string') : [],
//         agentType: textOrNone(agentType),
//         flaw: flawOf({ name, scopes, agentType }, secrets),
//     };
// }
// function flawOf({ name, scopes, agentType }, secrets) {
//     const flaw = (field, wrong) => ({ field, wrong });
//     if (typeof name !== 'string')
//         return flaw('name', name === undefined ? 'missing' : 'type');
//     if (!Array.isArray(scopes))
//         return flaw('scopes', scopes === undefined ? 'missing' : 'type');
//     if (!scopes.every(scope => typeof scope === 'string'))
//         return flaw('scopes', 'type');
//     if (!scopes.every(scope => _contract_js__WEBPACK_IMPORTED_MODULE_5__ .hx.test(scope)))
//         return flaw('scopes', 'characters');
//     if (scopes.some(scope => (0,_secrets_js__WEBPACK_IMPORTED_MODULE_4__ .dz)(scope) || secrets.areIn(scope)))
//         return flaw('scopes', 'token');
//     if (typeof (agentType ?? '') !== 'string')
//         return flaw('agent_type', 'type');
//     return undefined;
// }
// function issuedOf(json, secrets, old) {
//     const secret = textOf(json, 'secret');
//     secrets.addToken(secret);
//     if (!_contract_js__WEBPACK_IMPORTED_MODULE_5__ .LF.test(secret))
//         throw new WrongField('secret', 'characters');
//     const id = idOf(json, secrets);
//     if (id === old)
//         throw new WrongField('id', 'old');
//     return { id, secret };
// }
// 
// 
//  }),
// 
//  3930:
//  ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
// 
//  __webpack_require__.d(__webpack_exports__, {
//    H: () => ( Failure),
//    g: () => ( failureOf)
//  });
//  var _messages_describe_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5349);
//  var _messages_explain_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2893);
//  var _messages_neutralise_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(3230);
//  var _exit_codes_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2293);
// 
// 
// 
// 
// class Failure extends Error {
//     code;
//     constructor(code, says) {
//         super(says);
//         this.code = code;
//     }
// }
// const SIGN_IN = 'What to do: Sign in to nolapse again and set NOLAPSE_SESSION_TOKEN to the new session. A session works on one ' +
//     'platform only. Neither a nolapse token nor the SERVICE_TOKEN of a self-hosted platform is a session.';
// function failureOf(failed, what, situation) {
//     const { host, setting } = situation;
//     switch (failed.kind) {
//         case 'refused':
//             return new Failure(_exit_codes_js__WEBPACK_IMPORTED_MODULE_2__ .d.rejected, `${what}: ${refusal(failed.status, failed.said)}`);
//         case 'untrusted':
//             return new Failure(_exit_codes_js__WEBPACK_IMPORTED_MODULE_2__ .d.failed, `${what}. ${inBrief({ ...failed, reason: 'untrusted' }, situation)}`);
//         case 'unavailable': {
//             const { cause, requestId } = failed;
//             const proxy = 'proxy' in cause && cause.proxy;
//             const remedy = proxy
//                 ? (0,_messages_explain_js__WEBPACK_IMPORTED_MODULE_1__ .W)({ reason: 'unavailable', cause, requestId }, situation).remedy
//                 : `Check ${setting('api-url')} and the platform's health, then run the command again later.`;
//             return new Failure(_exit_codes_js__WEBPACK_IMPORTED_MODULE_2__ .d.failed, `${what}: the platform at ${host} gave no usable answer: ${(0,_messages_describe_js__WEBPACK_IMPORTED_MODULE_0__ .q0)(cause)}.\nWhat to do: ${remedy}`);
//         }
//         case 'unexpected': {
//             const { surprise, requestId } = failed;
//             if (surprise.kind === 'proxy' || surprise.kind === 'handshake' || surprise.kind === 'not-http')
//                 return new Failure(_exit_codes_js__WEBPACK_IMPORTED_MODULE_2__ .d.failed, `${what}. ${inBrief({ reason: 'unexpected-response', surprise, requestId }, situation)}`);
//             const answer = surprise.kind === 'too-large'
//                 ? `The answer from ${host} is too long.`
//                 : (0,_messages_explain_js__WEBPACK_IMPORTED_MODULE_1__ .W)({ reason: 'unexpected-response', surprise, requestId }, situation).what;
//             return new Failure(_exit_codes_js__WEBPACK_IMPORTED_MODULE_2__ .d.failed, `${what}. ${answer}\nWhat to do: Check ${setting('api-url')}, and any proxy between this machine and the ` +
//                 'platform. A platform that answers 404 or 501 may not offer this yet.');
//         }
//     }
// }
// function inBrief(verdict, situation) {
//     const { what, remedy } = (0,_messages_explain_js__WEBPACK_IMPORTED_MODULE_1__ .W)(verdict, situation);
//     return `${what}\nWhat to do: ${remedy}`;
// }
// function refusal(status, said) {
//     const words = said ? ` (${status}, "${(0,_messages_neutralise_js__WEBPACK_IMPORTED_MODULE_3__ .$)(said)}")` : ` (${status})`;
//     switch (status) {
//         case 401:
//             return `the platform does not accept the session, or it has expired${words}.\n${SIGN_IN}`;
//         case 402:
//             return (`the plan's token limit is reached${words}. Tokens that are rotating count.\n` +
//                 'What to do: Revoke a token that is no longer used. If the plan allows only one token, use ' +
//                 '`rotate TOKEN --in-place`, or revoke the old token before you create the new one.');
//         case 403:
//             return `the session may not do that${words}.\nWhat to do: Use a session that has the permission.`;
//         case 404:
//             return `there is no such token${words}.\nWhat to do: See all tokens with \`list\`.`;
//         case 409:
//             return (`the token is not active${words}: it has been revoked, or another rotation of it came first.\n` +
//                 'What to do: Find the active token with `list`, and rotate that one.');
//         default:
//             return `the platform rejects the request${words}.\nWhat to do: Correct what the platform names.`;
//     }
// }
// 
// 
//  }),
// 
//  2935:
//  ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
// 
// 
// __webpack_require__.d(__webpack_exports__, {
//   o_: () => ( jsonOf),
//   SP: () => ( shown)
// });
// 
// 
// var api_secrets = __webpack_require__(3219);
// ;
// const escapeJson = (json) => json.replace(/[^\n\x20-\x7e]|(?<=:):|(?<=#)#/g, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
// 
// var neutralise = __webpack_require__(3230);
// ;
// 
// 
// 
// const WITHHELD = '(withheld: it repeats a secret)';
// const NONE = new api_secrets.Sb();
// const shown = (text, secrets = NONE) => secrets.areIn(text) ? WITHHELD : (0,api_secrets.E$)((0,neutralise.$)((0,api_secrets.E$)(text)));
// function jsonOf(value, secrets = NONE) {
//     const safe = (key, part) => {
//         if (typeof part !== 'string' || key === 'id')
//             return part;
//         return secrets.areIn(part) ? WITHHELD : (0,api_secrets.E$)(part);
//     };
//     return escapeJson(JSON.stringify(value, safe, 2));
// }
// 
// 
//  }),
// 
//  8229:
//  ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
// 
// 
// __webpack_require__.d(__webpack_exports__, {
//   Ol: () => ( HEADLINES),
//   aZ: () => ( PATIENCE),
//   Cp: () => ( inSession),
//   qB: () => ( progress)
// });
// 
// var secrets = __webpack_require__(3219);
// var environment = __webpack_require__(9284);
// var token = __webpack_require__(4388);
// var explain = __webpack_require__(2893);
// var message = __webpack_require__(7785);
// var retrying = __webpack_require__(4426);
// var process_interruption = __webpack_require__(7680);
// var external_node_path_ = __webpack_require__(6760);
// var settings = __webpack_require__(6724);
// var version = __webpack_require__(6303);
// ;
// 
// 
// 
// function commandLinesFor(options, { api }) {
//     const program = programOf(process.argv[1] ?? '');
//     const rest = [
//         ...(api.href === new URL(settings.zY['api-url']).href
//             ? []
//             : ['--api-url', quoted(api.href.replace(/\/$/, ''))]),
//         ...(options.allowInsecureHttp ? ['--allow-insecure-http'] : []),
//     ];
//     const line = (...words) => [program, ...words, ...rest].join(' ');
//     return {
//         list: line('list'),
//         revoke: id => line('revoke', id, '--yes'),
//         rotateInPlace: id => `${line('rotate', id, '--in-place')} -- COMMAND`,
//     };
// }
// function programOf(script) {
//     const installed = /[\\/]node_modules[\\/]/.test(script);
//     if (installed && process.env.npm_command)
//         return `npx --yes @nolapse/token-action@${version.x}`;
//     const path = quotedPath(shorter(script));
//     if (/\.[cm]?js$/.test(script))
//         return `${quotedPath(process.argv0)} ${path}`;
//     return installed ? path : 'nolapse-token';
// }
// function shorter(script) {
//     try {
//         const near = (0,external_node_path_.relative)(process.cwd(), script);
//         return near.startsWith('..') || (0,external_node_path_.isAbsolute)(near) ? script : near;
//     }
//     catch {
//         return script;
//     }
// }
// const quoted = (url) => (/^[\w.:/~%@-]*$/.test(url) ? url : `'${url.replaceAll("'", '%27')}'`);
// const quotedPath = (path, windows = process.platform === 'win32') => {
//     if (/^[\w.:/@+-]+$/.test(path))
//         return path;
//     return windows ? `"${path}"` : `'${path.replaceAll("'", "'\\''")}'`;
// };
// 
// var exit_codes = __webpack_require__(2293);
// var failure = __webpack_require__(3930);
// var cli_options = __webpack_require__(5729);
// var print = __webpack_require__(3687);
// ;
// 
// 
// 
// 
// 
// 
// 
// 
// 
// 
// 
// 
// const PATIENCE = 3_000;
// async function inSession(options, command) {
//     const settings = (0,cli_options.f5)(options);
//     const situation = (0,message._7)(settings, (0,cli_options.W6)(options));
//     if (Array.isArray(settings)) {
//         const verdict = { reason: 'misconfigured', problems: settings };
//         (0,print.cc)('nolapse-token: misconfigured', (0,message.b6)((0,explain.W)(verdict, situation), verdict.reason));
//         return exit_codes.d.usage;
//     }
//     const interruption = new process_interruption._();
//     try {
//         const access = {
//             api: settings.api,
//             session: sessionToken(process.env.NOLAPSE_SESSION_TOKEN ?? ''),
//             secrets: (0,environment.F)(process.env),
//             timeout: settings.timeout,
//             clock: interruption.clock,
//             onRetry: retry => progress((0,retrying.retrying)(retry, situation.host)),
//         };
//         return await command({ access, situation, lines: commandLinesFor(options, settings), interruption });
//     }
//     catch (error) {
//         if (error instanceof failure.H) {
//             (0,print.cc)(HEADLINES[error.code], error.message);
//             return error.code;
//         }
//         throw error;
//     }
//     finally {
//         interruption.stopListening();
//     }
// }
// const progress = (text) => (0,print.cv)((0,print.nI)(text, 'dim', process.stderr));
// const HEADLINES = {
//     [exit_codes.d.rejected]: 'nolapse-token: rejected',
//     [exit_codes.d.usage]: 'nolapse-token: wrong usage',
//     [exit_codes.d.failed]: 'nolapse-token: failed',
//     [exit_codes.d.leftover]: 'nolapse-token: something is left',
// };
// const REMEDY = 'What to do: Sign in to nolapse and set NOLAPSE_SESSION_TOKEN to the session. ' +
//     'Neither a nolapse token nor the SERVICE_TOKEN of a self-hosted platform is a session.';
// const FLAWS = {
//     masked: 'holds asterisks: what a log shows instead of a secret',
//     quotes: 'has quotes around its value',
//     expression: 'holds a workflow expression that was not evaluated',
// };
// function sessionToken(value) {
//     const examined = (0,token.s)(value);
//     if (examined.form === 'absent' && examined.absence !== 'unexpanded')
//         throw new failure.H(exit_codes.d.usage, `There is no session: NOLAPSE_SESSION_TOKEN is not set, or empty.\n${REMEDY}`);
//     const flaw = flawOf(value, examined);
//     if (flaw)
//         throw new failure.H(exit_codes.d.usage, `NOLAPSE_SESSION_TOKEN is not a session: it ${flaw}.\n${REMEDY}`);
//     return value;
// }
// function flawOf(value, examined) {
//     if (examined.form === 'absent')
//         return 'holds the name of a variable that was not expanded, like $NAME';
//     if ((0,secrets.Qe)(value))
//         return 'holds a nolapse token';
//     if (examined.form === 'malformed' && FLAWS[examined.flaw])
//         return FLAWS[examined.flaw];
//     if (!/^[\x21-\x7e]+$/.test(value))
//         return 'has white space, a line break or non-ASCII characters';
//     if (value.length < secrets.op)
//         return `has fewer than ${secrets.op} characters`;
//     return undefined;
// }
// 
// 
//  }),
// 
//  4426:
//  ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
// 
//  __webpack_require__.d(__webpack_exports__, {
//    retrying: () => ( retrying)
//  });
//  var _describe_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5349);
// 
// const retrying = ({ attempt, unavailable, wait }, host) => `Attempt ${attempt}: ${(0,_describe_js__WEBPACK_IMPORTED_MODULE_0__ .q0)(unavailable.cause)} (${host}). Next attempt in ${(wait / 1000).toFixed(1)} s.`;
// 
// 
//  })
// 
// };
// ;
// chunk 290
// "use strict";
// exports.id = 290;
// exports.ids = [290];
// exports.modules = {
// 
//  5290:
//  ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
// 
//  __webpack_require__.d(__webpack_exports__, {
//    C: () => ( Faulty),
//    faultOf: () => ( faultOf)
//  });
// class Faulty extends Error {
//     fault;
//     constructor(fault) {
//         super(fault.fault);
//         this.fault = fault;
//     }
// }
// const NOT_THE_PROTOCOL = /^(HPE_(?!INVALID_EOF_STATE|CLOSED_CONNECTION)|ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG))/;
// const TRANSIENT = /^ERR_SSL_.*(INTERNAL_ERROR|USER_CANCELLED|BAD_RECORD_MAC|UNEXPECTED_EOF)/;
// function faultOf(error, socket, proxy) {
//     if (error instanceof Faulty)
//         return error.fault;
//     const peer = proxy && { proxy, unsent: true };
//     if (isUnverified(socket))
//         return { kind: 'fault', fault: 'untrusted', code: certificateCode(error), ...peer };
//     const code = codeOf(error);
//     if (/^ERR_OSSL_/.test(code))
//         return { kind: 'fault', fault: 'untrusted', code, ...peer };
//     if (NOT_THE_PROTOCOL.test(code))
//         return { kind: 'fault', fault: 'not-http', code, ...peer };
//     if (/^ERR_SSL_/.test(code) && !TRANSIENT.test(code)) {
//         const unread = /_CERTIFICATE_/.test(code) && { unsent: true };
//         return { kind: 'fault', fault: 'handshake', code, ...unread, ...peer };
//     }
//     return { kind: 'fault', fault: 'unreachable', code, ...peer };
// }
// const isUnverified = (socket) => Boolean(socket && 'authorizationError' in socket && socket.authorizationError);
// const certificateCode = ({ code, message }) => code === undefined || code === 'UNSPECIFIED' ? constantOf(message) : code;
// function codeOf(error) {
//     const reason = error.code === 'EPROTO' && /:(\w+)[ \w]* routines:[^:]*:([^:]+):/.exec(error.message);
//     if (reason)
//         return `ERR_${reason[1] === 'SSL' ? 'SSL' : 'OSSL'}_${constantOf(reason[2])}`;
//     return error.code ??  error.name;
// }
// const constantOf = (words) => words.toUpperCase().replace(/\W+/g, '_');
// 
// 
//  })
// 
// };
// ;
// chunk 326
// "use strict";
// exports.id = 326;
// exports.ids = [326];
// exports.modules = {
// 
//  9326:
//  ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
// 
//  __webpack_require__.d(__webpack_exports__, {
//    openOutput: () => ( openOutput),
//    v: () => ( UnwritableOutput)
//  });
//  var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
//  var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = __webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
//  var node_fs__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3024);
//  var node_fs__WEBPACK_IMPORTED_MODULE_1___default = __webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_1__);
//  var node_path__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6760);
//  var node_path__WEBPACK_IMPORTED_MODULE_2___default = __webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_2__);
//  var _output_place_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(8349);
// 
// 
// 
// 
// class UnwritableOutput extends Error {
// }
// const LOOK = 20;
// async function openOutput(path, mode, patience) {
//     return guarded(async () => {
//         const file = (0,_output_place_js__WEBPACK_IMPORTED_MODULE_3__ .nb)(path);
//         if (file !== undefined && (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.fstatSync)(file).isFile())
//             return toOpenFile(file);
//         const there = (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.statSync)(path, { throwIfNoEntry: false });
//         if (!there || there.isFile())
//             return toFile(path, mode ?? there?.mode);
//         if (there.isDirectory())
//             throw Object.assign(new Error(), { code: 'EISDIR' });
//         return toOpenFile(await openOnce(path, there.isFIFO() && file === undefined, patience));
//     });
// }
// function toFile(path, mode) {
//     const target = targetOf(path);
//     const temporary = (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)((0,node_path__WEBPACK_IMPORTED_MODULE_2__.dirname)(target), `.nolapse-${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomUUID)()}.tmp`);
//     const create = (content) => (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.writeFileSync)(temporary, content, { flag: 'wx' });
//     cleaned(temporary, () => create('\n'));
//     (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.rmSync)(target, { force: true });
//     return document => guarded(async () => cleaned(temporary, () => {
//         create(document);
//         if (mode !== undefined)
//             (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.chmodSync)(temporary, mode);
//         (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.renameSync)(temporary, target);
//     }));
// }
// function targetOf(path) {
//     if (!(0,node_fs__WEBPACK_IMPORTED_MODULE_1__.lstatSync)(path, { throwIfNoEntry: false })?.isSymbolicLink())
//         return path;
//     return targetOf((0,node_path__WEBPACK_IMPORTED_MODULE_2__.resolve)((0,node_path__WEBPACK_IMPORTED_MODULE_2__.dirname)(path), (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.readlinkSync)(path)));
// }
// async function openOnce(path, waits, { clock, deadline }) {
//     const { O_WRONLY, O_APPEND, O_NONBLOCK, O_NOCTTY } = node_fs__WEBPACK_IMPORTED_MODULE_1__.constants;
//     for (;;) {
//         try {
//             return (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.openSync)(path, O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY);
//         }
//         catch (error) {
//             if (!waits || codeOf(error) !== 'ENXIO' || clock.now() >= deadline)
//                 throw error;
//         }
//         await clock.sleep(LOOK);
//     }
// }
// const toOpenFile = (file) => (document, { clock, deadline }) => guarded(async () => {
//     const bytes = Buffer.from(document);
//     for (let sent = 0; sent < bytes.length;) {
//         try {
//             sent += (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.writeSync)(file, bytes, sent);
//             continue;
//         }
//         catch (error) {
//             if (codeOf(error) !== 'EAGAIN' || clock.now() >= deadline)
//                 throw error;
//         }
//         await clock.sleep(LOOK);
//     }
//     (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.closeSync)(file);
// });
// function cleaned(temporary, action) {
//     try {
//         action();
//     }
//     finally {
//         (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.rmSync)(temporary, { force: true });
//     }
// }
// const codeOf = (error) => error.code;
// async function guarded(action) {
//     try {
//         return await action();
//     }
//     catch (error) {
//         if (!codeOf(error))
//             throw error;
//         throw new UnwritableOutput(codeOf(error));
//     }
// }
// 
// 
//  })
// 
// };
// ;
// chunk 334
// "use strict";
// exports.id = 334;
// exports.ids = [334];
// exports.modules = {
// 
//  2334:
//  ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
// 
// __webpack_require__.r(__webpack_exports__);
// 
// __webpack_require__.d(__webpack_exports__, {
//   registerRevoke: () => ( registerRevoke)
// });
// 
// var tokens = __webpack_require__(150);
// var process_interruption = __webpack_require__(7680);
// var external_node_readline_ = __webpack_require__(481);
// ;
// 
// const canAsk = () => Boolean(process.stdin.isTTY && process.stderr.isTTY);
// function confirm_confirm(question) {
//     const terminal = (0,external_node_readline_.createInterface)({ input: process.stdin, output: process.stderr });
//     return new Promise(resolve => {
//         terminal.on('close', () => resolve(false));
//         terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
//         terminal.question(`${question} [y/N] `, answer => {
//             resolve(/^y(es)?$/i.test(answer.trim()));
//             terminal.close();
//         });
//     });
// }
// 
// var exit_codes = __webpack_require__(2293);
// var failure = __webpack_require__(3930);
// var find_token = __webpack_require__(2557);
// var options = __webpack_require__(5729);
// var print = __webpack_require__(3687);
// var redaction = __webpack_require__(2935);
// var cli_session = __webpack_require__(8229);
// ;
// 
// 
// 
// 
// 
// 
// 
// 
// 
// 
// function registerRevoke(program, conclude) {
//     (0,options.mE)(program.command('revoke'))
//         .summary('revoke a token')
//         .description('Revokes a token: from then on, the platform rejects it. If a validation is cached, it can work for another minute.')
//         .argument('<token>', 'its ID, or a name that exactly one active token has')
//         .option('--yes', 'do not ask first; needed if there is no terminal, or if CI is set')
//         .addHelpText('after', options["in"])
//         .action(async (given, options) => conclude(await (0,cli_session.Cp)(options, session => revoke(session, given, options))));
// }
// async function revoke(session, given, { yes }) {
//     const { access, interruption, situation, lines } = session;
//     (0,find_token.s)(given);
//     if (!yes && (process.env.CI || !canAsk()))
//         throw new failure.H(exit_codes.d.usage, 'Without --yes, `revoke` asks first, and no one can answer here: there is no terminal, or CI is set.\nWhat to do: Add --yes.');
//     const found = await (0,find_token.f)(session, given);
//     const { id } = found;
//     const [name, status] = [(0,redaction.SP)(found.name, access.secrets), (0,redaction.SP)(found.status, access.secrets)];
//     if (status === 'revoked') {
//         (0,print.cv)(`The token ${id}, named ${name}, is already revoked.`);
//         return exit_codes.d.done;
//     }
//     const question = `Revoke the token ${id}, named ${name} (${status})?`;
//     if (!yes && !(await interruption.during(() => confirm_confirm(question)))) {
//         (0,print.cv)('Nothing was revoked.');
//         return exit_codes.d.rejected;
//     }
//     interruption.check();
//     const doubt = `The token ${id} may still work. To make sure, run:\n  ${lines.revoke(id)}`;
//     try {
//         const outcome = await interruption.during(() => (0,tokens.w$)(access, id), cli_session.aZ);
//         if (outcome.kind !== 'done') {
//             interruption.check();
//             const { code, message } = (0,failure.g)(outcome, `The token ${id} could not be revoked`, situation);
//             throw new failure.H(code === exit_codes.d.rejected ? code : exit_codes.d.leftover, `${message}\n${doubt}`);
//         }
//     }
//     catch (error) {
//         if (!(error instanceof process_interruption.j))
//             throw error;
//         (0,print.cc)(`nolapse-token: ended by ${error.signal}`, doubt);
//         return error.exitCode;
//     }
//     (0,print.cv)(`The token ${id}, named ${name}, is revoked. If a validation is cached, it may work for another minute.`);
//     return exit_codes.d.done;
// }
// 
// 
//  }),
// 
//  2557:
//  ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
// 
//  __webpack_require__.d(__webpack_exports__, {
//    f: () => ( findToken),
//    s: () => ( refuseValue)
//  });
//  var _api_tokens_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(150);
//  var _exit_codes_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2293);
//  var _failure_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3930);
//  var _redaction_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(2935);
// 
// 
// 
// 
// async function findToken(session, given) {
//     refuseValue(given);
//     const { access, interruption, situation } = session;
//     const list = await interruption.during(() => (0,_api_tokens_js__WEBPACK_IMPORTED_MODULE_0__ .dh)(access));
//     if (list.kind === 'done') {
//         const found = candidates(list.value.tokens, given);
//         const [token, ...others] = found;
//         if (token && others.length > 0)
//             throw new _failure_js__WEBPACK_IMPORTED_MODULE_2__ .H(_exit_codes_js__WEBPACK_IMPORTED_MODULE_1__ .d.rejected, ambiguous(session, given, found));
//         if (token)
//             return lookUp(session, token.id);
//     }
//     else if (list.kind !== 'unexpected' || !_api_tokens_js__WEBPACK_IMPORTED_MODULE_0__ .YY.test(given))
//         throw unlisted(list, situation);
//     if (_api_tokens_js__WEBPACK_IMPORTED_MODULE_0__ .YY.test(given)) {
//         const details = await interruption.during(() => (0,_api_tokens_js__WEBPACK_IMPORTED_MODULE_0__ .LP)(access, given));
//         if (details.kind === 'done')
//             return details.value;
//         if (list.kind === 'done' && !(details.kind === 'refused' && details.status === 404))
//             throw (0,_failure_js__WEBPACK_IMPORTED_MODULE_2__ .g)(details, `The token ${(0,_redaction_js__WEBPACK_IMPORTED_MODULE_3__ .SP)(given)} could not be looked up`, situation);
//     }
//     if (list.kind !== 'done')
//         throw unlisted(list, situation);
//     throw new _failure_js__WEBPACK_IMPORTED_MODULE_2__ .H(_exit_codes_js__WEBPACK_IMPORTED_MODULE_1__ .d.rejected, unknown(session, given, list.value.tokens));
// }
// const unlisted = (list, situation) => (0,_failure_js__WEBPACK_IMPORTED_MODULE_2__ .g)(list, 'The tokens could not be listed', situation);
// async function lookUp({ access, interruption, situation }, id) {
//     const details = await interruption.during(() => (0,_api_tokens_js__WEBPACK_IMPORTED_MODULE_0__ .LP)(access, id));
//     if (details.kind === 'done')
//         return details.value;
//     throw (0,_failure_js__WEBPACK_IMPORTED_MODULE_2__ .g)(details, `The token ${id} could not be looked up`, situation);
// }
// const candidates = (tokens, given) => distinct(tokens.filter(({ id, name, status }) => id === given || (name === given && status === 'active')));
// const distinct = (tokens) => [
//     ...new Map(tokens.map(token => [token.id, token])).values(),
// ];
// function refuseValue(given) {
//     if (/^[0-9a-f]{40}$/i.test(given))
//         throw new _failure_js__WEBPACK_IMPORTED_MODULE_2__ .H(_exit_codes_js__WEBPACK_IMPORTED_MODULE_1__ .d.usage, 'TOKEN looks like the value of a token. A value is never accepted as TOKEN.\n' +
//             'What to do: Use the ID or the name of the token, as `list` shows them.');
// }
// const MOST = 10;
// function idsOf(tokens, { access: { secrets } }) {
//     const lines = tokens
//         .slice(0, MOST)
//         .map(({ id, name, status }) => `  ${id} (${(0,_redaction_js__WEBPACK_IMPORTED_MODULE_3__ .SP)(status, secrets)}) ${(0,_redaction_js__WEBPACK_IMPORTED_MODULE_3__ .SP)(name, secrets)}`.trimEnd());
//     const rest = tokens.length - lines.length;
//     return [...lines, ...(rest > 0 ? [`  and ${rest} more`] : [])].join('\n');
// }
// function unknown(session, given, tokens) {
//     const named = tokens.filter(({ name }) => name === given);
//     if (named.length > 0)
//         return (`No active token is named ${(0,_redaction_js__WEBPACK_IMPORTED_MODULE_3__ .SP)(given)}. These tokens have that name:\n${idsOf(named, session)}\n` +
//             'What to do: Use the ID of the token that you mean.');
//     const active = tokens.filter(({ status }) => status === 'active');
//     const what = `There is no token with the ID or the name ${(0,_redaction_js__WEBPACK_IMPORTED_MODULE_3__ .SP)(given)}.`;
//     const known = active.length > 0 ? ` These tokens are active:\n${idsOf(active, session)}` : '';
//     return `${what}${known}\nWhat to do: See all tokens with:\n  ${session.lines.list}`;
// }
// const ambiguous = (session, given, tokens) => `TOKEN is ambiguous: ${(0,_redaction_js__WEBPACK_IMPORTED_MODULE_3__ .SP)(given)} could be any of these:\n${idsOf(tokens, session)}\n` +
//     'What to do: Use the ID of the token that you mean. After a rotation, the name works again once the old token is revoked.';
// 
// 
//  })
// 
// };
// ;
// chunk 339
// "use strict";
// exports.id = 339;
// exports.ids = [339];
// exports.modules = {
// 
//  4339:
//  ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
// 
// __webpack_require__.r(__webpack_exports__);
//  __webpack_require__.d(__webpack_exports__, {
//    documentOf: () => ( documentOf),
//    formatOption: () => ( formatOption),
//    registerList: () => ( registerList)
//  });
//  var commander__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5109);
//  var _api_tokens_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(150);
//  var _exit_codes_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2293);
//  var _failure_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(3930);
//  var _options_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(5729);
//  var _print_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(3687);
//  var _redaction_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(2935);
//  var _session_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(8229);
// 
// 
// 
// 
// 
// 
// 
// 
// const formatOption = () => new commander__WEBPACK_IMPORTED_MODULE_0__ .c$('--format <format>', 'for people or for machines').choices(['text', 'json']).default('text');
// function registerList(program, conclude) {
//     (0,_options_js__WEBPACK_IMPORTED_MODULE_4__ .mE)(program.command('list'))
//         .summary('list the tokens of the organisation')
//         .description('Lists the tokens of the organisation: ID, status, name, scopes, agent type. Never a value.')
//         .addOption(formatOption())
//         .addHelpText('after', _options_js__WEBPACK_IMPORTED_MODULE_4__ ["in"])
//         .action(async (options) => conclude(await list(options)));
// }
// const list = (options) => (0,_session_js__WEBPACK_IMPORTED_MODULE_7__ .Cp)(options, async ({ access, interruption, situation }) => {
//     const outcome = await interruption.during(() => (0,_api_tokens_js__WEBPACK_IMPORTED_MODULE_1__ .dh)(access));
//     if (outcome.kind !== 'done')
//         throw (0,_failure_js__WEBPACK_IMPORTED_MODULE_3__ .g)(outcome, 'The tokens could not be listed', situation);
//     const { tokens, unusable } = outcome.value;
//     if (options.format === 'json')
//         (0,_print_js__WEBPACK_IMPORTED_MODULE_5__ .yy)((0,_redaction_js__WEBPACK_IMPORTED_MODULE_6__ .o_)(tokens.map(documentOf), access.secrets));
//     else if (tokens.length > 0)
//         (0,_print_js__WEBPACK_IMPORTED_MODULE_5__ .yy)(tableOf(tokens, access.secrets));
//     else
//         (0,_print_js__WEBPACK_IMPORTED_MODULE_5__ .cv)('There are no tokens.');
//     if (unusable > 0)
//         (0,_print_js__WEBPACK_IMPORTED_MODULE_5__ .R8)('nolapse-token: not all tokens are listed', `The platform listed ${unusable} more, without an ID that can be used.`);
//     return _exit_codes_js__WEBPACK_IMPORTED_MODULE_2__ .d.done;
// });
// const documentOf = ({ id, name, status, scopes, agentType }) => ({
//     id,
//     name,
//     status,
//     scopes,
//     agent_type: agentType,
// });
// const HEADINGS = ['ID', 'STATUS', 'NAME', 'SCOPES', 'AGENT TYPE'];
// const WIDEST = 40;
// function tableOf(tokens, secrets) {
//     const rows = tokens.map(({ id, status, name, scopes, agentType }) => {
//         const word = (0,_redaction_js__WEBPACK_IMPORTED_MODULE_6__ .SP)(status, secrets);
//         const cells = [(0,_redaction_js__WEBPACK_IMPORTED_MODULE_6__ .SP)(name, secrets), (0,_redaction_js__WEBPACK_IMPORTED_MODULE_6__ .SP)(scopes.join(', '), secrets), (0,_redaction_js__WEBPACK_IMPORTED_MODULE_6__ .SP)(agentType, secrets)];
//         return [id, word === 'active' ? word : `(${word})`, ...cells];
//     });
//     const widths = HEADINGS.map(heading => heading.length);
//     for (const row of rows)
//         for (const [column, cell] of row.entries()) {
//             const width = [...cell].length;
//             if (width <= WIDEST && width > widths[column])
//                 widths[column] = width;
//         }
//     const lineOf = (row) => row
//         .map((cell, column) => cell + ' '.repeat(Math.max(0, widths[column] - [...cell].length)))
//         .join('  ')
//         .trimEnd();
//     const lines = rows.map((row, index) => {
//         const status = tokens[index].status;
//         return status === 'active'
//             ? lineOf(row)
//             : (0,_print_js__WEBPACK_IMPORTED_MODULE_5__ .nI)(lineOf(row), status === 'revoked' ? 'dim' : 'yellow', process.stdout);
//     });
//     return [lineOf(HEADINGS), ...lines].join('\n');
// }
// 
// 
//  })
// 
// };
// ;
// chunk 426
// "use strict";
// exports.id = 426;
// exports.ids = [426];
// exports.modules = {
// 
//  5349:
//  ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
// 
//  __webpack_require__.d(__webpack_exports__, {
//    Vb: () => ( nameOf),
//    h5: () => ( status),
//    q0: () => ( describe)
//  });
//  var node_http__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7067);
//  var node_http__WEBPACK_IMPORTED_MODULE_0___default = __webpack_require__.n(node_http__WEBPACK_IMPORTED_MODULE_0__);
// 
// function describe(cause) {
//     if (cause.kind === 'status')
//         return status(cause.status);
//     switch (cause.fault) {
//         case 'timed-out':
//             return `no answer within ${Number((cause.limit / 1000).toFixed(1))} s`;
//         case 'proxy':
//             return `the proxy refused with ${status(cause.status)} (${placeOf(cause.proxy)})`;
//         case 'unreachable': {
//             const what = CODES[cause.code] ?? `the connection failed (${cause.code})`;
//             if (!cause.proxy)
//                 return what;
//             const proxy = cause.code === 'ENOTFOUND' ? "the proxy's host name does not exist" : `the proxy failed: ${what}`;
//             return `${proxy} (${placeOf(cause.proxy)})`;
//         }
//     }
// }
// const placeOf = ({ variable, host }) => `${host}, from ${variable}`;
// const nameOf = (proxy) => `the proxy (${placeOf(proxy)})`;
// const CODES = {
//     ECONNREFUSED: 'connection refused',
//     ECONNRESET: 'connection cut off',
//     EPIPE: 'connection cut off',
//     HPE_INVALID_EOF_STATE: 'connection cut off',
//     ENOTFOUND: 'the host name does not exist',
//     EAI_AGAIN: 'the name server does not answer',
//     ETIMEDOUT: 'no connection in time',
//     EHOSTUNREACH: 'the host is unreachable',
//     ENETUNREACH: 'the network is unreachable',
// };
// const status = (code) => `${code} ${node_http__WEBPACK_IMPORTED_MODULE_0__.STATUS_CODES[code] ?? ''}`.trim();
// 
// 
//  }),
// 
//  4426:
//  ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
// 
//  __webpack_require__.d(__webpack_exports__, {
//    retrying: () => ( retrying)
//  });
//  var _describe_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5349);
// 
// const retrying = ({ attempt, unavailable, wait }, host) => `Attempt ${attempt}: ${(0,_describe_js__WEBPACK_IMPORTED_MODULE_0__ .q0)(unavailable.cause)} (${host}). Next attempt in ${(wait / 1000).toFixed(1)} s.`;
// 
// 
//  })
// 
// };
// ;
// chunk 431
// "use strict";
// exports.id = 431;
// exports.ids = [431];
// exports.modules = {
// 
//  6190:
//  ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
// 
//  __webpack_require__.d(__webpack_exports__, {
//    So: () => ( spawnable),
//    VK: () => ( canBeStarted),
//    Zv: () => ( findCommand),
//    e$: () => ( environmentWithout)
//  });
//  var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
//  var node_fs__WEBPACK_IMPORTED_MODULE_0___default = __webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
//  var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6760);
//  var node_path__WEBPACK_IMPORTED_MODULE_1___default = __webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_1__);
//  var _absolute_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3235);
// 
// 
// 
// const WINDOWS_EXTENSIONS = ['.com', '.exe', '.bat', '.cmd'];
// const BATCH = /\.(bat|cmd)$/i;
// function findCommand([name, ...args], environment = process.env, windows = process.platform === 'win32') {
//     const folders = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.basename)(name) === name
//         ? (environment.PATH ?? environment.Path ?? '').split(node_path__WEBPACK_IMPORTED_MODULE_1__.delimiter).filter(node_path__WEBPACK_IMPORTED_MODULE_1__.isAbsolute)
//         : [''];
//     const complete = !windows || WINDOWS_EXTENSIONS.includes((0,node_path__WEBPACK_IMPORTED_MODULE_1__.extname)(name).toLowerCase());
//     for (const folder of folders)
//         for (const extension of complete ? [''] : WINDOWS_EXTENSIONS) {
//             const path = (0,_absolute_js__WEBPACK_IMPORTED_MODULE_2__ .y)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(folder, name + extension));
//             if (isExecutable(path))
//                 return { path, name, args, batch: windows && BATCH.test(path) };
//         }
//     return undefined;
// }
// function isExecutable(path) {
//     try {
//         (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.accessSync)(path, node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.X_OK);
//         return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.statSync)(path).isFile();
//     }
//     catch {
//         return false;
//     }
// }
// const UNQUOTABLE = /["%!^&|<>\r\n]/;
// const canBeStarted = ({ path, args, batch }) => !batch || ![path, ...args].some(word => UNQUOTABLE.test(word));
// function spawnable({ path, name, args, batch }, environment = process.env) {
//     if (!batch)
//         return { file: path, args, options: { argv0: name } };
//     const line = [path, ...args].map(word => `"${word}"`).join(' ');
//     return {
//         file: `${environment.SystemRoot ?? 'C:\\Windows'}\\System32\\cmd.exe`,
//         args: ['/d', '/s', '/c', `"${line}"`],
//         options: { windowsVerbatimArguments: true },
//     };
// }
// const environmentWithout = (session, environment, windows = process.platform === 'win32') => Object.fromEntries(Object.entries(environment).filter(([name, value]) => !SECRETS.includes(windows ? name.toUpperCase() : name) && !String(value).includes(session)));
// const SECRETS = ['NOLAPSE_TOKEN', 'NOLAPSE_SESSION_TOKEN'];
// 
// 
//  }),
// 
//  7196:
//  ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
// 
//  __webpack_require__.d(__webpack_exports__, {
//    c: () => ( account),
//    s: () => ( issue)
//  });
//  var _api_retry_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4900);
//  var _api_tokens_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(150);
//  var _api_validate_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(834);
//  var _messages_explain_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(2893);
//  var _messages_message_js__WEBPACK_IMPORTED_MODULE_13__ = __webpack_require__(7785);
//  var _messages_retrying_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(4426);
//  var _process_clock_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(301);
//  var _process_defect_js__WEBPACK_IMPORTED_MODULE_12__ = __webpack_require__(6342);
//  var _process_interruption_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(7680);
//  var _exit_codes_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(2293);
//  var _failure_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(3930);
//  var _print_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(3687);
//  var _session_js__WEBPACK_IMPORTED_MODULE_10__ = __webpack_require__(8229);
//  var _ledger_js__WEBPACK_IMPORTED_MODULE_11__ = __webpack_require__(3622);
// 
// 
// 
// 
// 
// 
// 
// 
// 
// 
// 
// 
// 
// 
// const REVOKING = 2_300;
// async function issue(session, ledger, plan, recipient) {
//     const { access, interruption, situation } = session;
//     await interruption.hear();
//     ledger.fresh = { is: 'unclear' };
//     const made = await interruption.during(async () => {
//         const outcome = await plan.make();
//         if (outcome.kind === 'done')
//             ledger.fresh = { is: 'held', id: outcome.value.id };
//         else if (!(0,_api_tokens_js__WEBPACK_IMPORTED_MODULE_1__ .gj)(outcome))
//             ledger.fresh = { is: 'not-made' };
//         return outcome;
//     }, _session_js__WEBPACK_IMPORTED_MODULE_10__ .aZ);
//     if (made.kind !== 'done')
//         throw (0,_failure_js__WEBPACK_IMPORTED_MODULE_8__ .g)(made, plan.otherwise, situation);
//     const { id, secret } = made.value;
//     (0,_session_js__WEBPACK_IMPORTED_MODULE_10__ .qB)(`The platform has created the new token ${id}, named ${ledger.name}.`);
//     if (plan.agentType !== '') {
//         const set = await interruption.during(() => (0,_api_tokens_js__WEBPACK_IMPORTED_MODULE_1__ .CA)(access, id, plan.agentType));
//         if (set.kind !== 'done')
//             throw (0,_failure_js__WEBPACK_IMPORTED_MODULE_8__ .g)(set, "The new token's agent type could not be set", situation);
//     }
//     await prove(session, secret, plan.scopes);
//     await interruption.hear();
//     await recipient.take(session, ledger, id, secret);
//     return id;
// }
// async function prove({ access, interruption, situation }, secret, scopes) {
//     let told = false;
//     const tell = (retry) => {
//         if (!isNotYet(retry.unavailable))
//             (0,_session_js__WEBPACK_IMPORTED_MODULE_10__ .qB)((0,_messages_retrying_js__WEBPACK_IMPORTED_MODULE_4__.retrying)(retry, situation.host));
//         else if (!told)
//             (0,_session_js__WEBPACK_IMPORTED_MODULE_10__ .qB)(`The platform does not accept the new token yet. Validations may be cached: waiting until it does, for up to ${situation.seconds} s.`);
//         told ||= isNotYet(retry.unavailable);
//     };
//     const ask = async (limit) => {
//         const finding = await (0,_api_validate_js__WEBPACK_IMPORTED_MODULE_2__ .x)(secret, access.api, limit, access.secrets);
//         return finding.kind === 'refused' ? NOT_YET : finding;
//     };
//     const { finding } = await interruption.during(() => (0,_api_retry_js__WEBPACK_IMPORTED_MODULE_0__ .J_)(ask, access.timeout, access.clock, tell));
//     if (isNotYet(finding))
//         throw new _failure_js__WEBPACK_IMPORTED_MODULE_8__ .H(_exit_codes_js__WEBPACK_IMPORTED_MODULE_7__ .d.rejected, `The new token could not be proven valid: the platform rejected it for ${situation.seconds} s.\nWhat to do: Run again later, with a longer --timeout-seconds.`);
//     if (finding.kind !== 'granted')
//         throw (0,_failure_js__WEBPACK_IMPORTED_MODULE_8__ .g)(finding, 'The new token could not be proven valid', situation);
//     const lacking = scopes.filter(scope => !finding.scopes.includes(scope));
//     if (lacking.length > 0)
//         throw new _failure_js__WEBPACK_IMPORTED_MODULE_8__ .H(_exit_codes_js__WEBPACK_IMPORTED_MODULE_7__ .d.rejected, `The new token could not be proven valid: it lacks ${lacking.join(', ')} of the scopes that you requested.\nWhat to do: Request scopes that the platform grants.`);
// }
// const NOT_YET = {
//     kind: 'unavailable',
//     cause: { kind: 'status', status: 401 },
//     retry: true,
//     requestId: '',
// };
// const isNotYet = (finding) => finding.kind === 'unavailable' && finding.cause.kind === 'status' && finding.cause.status === 401;
// async function account(session, ledger, onDefect, story) {
//     const tell = (ending) => {
//         const code = (0,_ledger_js__WEBPACK_IMPORTED_MODULE_11__ .F)(ledger, ending);
//         const exists = (0,_ledger_js__WEBPACK_IMPORTED_MODULE_11__ .p)(ledger, session.lines);
//         if (ending === 'done')
//             (0,_print_js__WEBPACK_IMPORTED_MODULE_9__ .cv)(exists);
//         else if (ending instanceof _process_interruption_js__WEBPACK_IMPORTED_MODULE_6__ .j)
//             (0,_print_js__WEBPACK_IMPORTED_MODULE_9__ .cc)(`nolapse-token: ended by ${ending.signal}`, exists);
//         else
//             (0,_print_js__WEBPACK_IMPORTED_MODULE_9__ .cc)(_session_js__WEBPACK_IMPORTED_MODULE_10__ .Ol[code], `${ending.message}\n${exists}`);
//         return code;
//     };
//     onDefect(error => tell(defect(error, session.situation)));
//     let ending = 'done';
//     try {
//         await story();
//     }
//     catch (error) {
//         ending =
//             error instanceof _failure_js__WEBPACK_IMPORTED_MODULE_8__ .H || error instanceof _process_interruption_js__WEBPACK_IMPORTED_MODULE_6__ .j ? error : defect(error, session.situation);
//         ending = session.interruption.interrupted ?? ending;
//     }
//     if (ending !== 'done' && ledger.fresh.is === 'held' && !ledger.inPlace)
//         ending = await revokeNewToken(session, ledger, ledger.fresh.id, ending);
//     return tell(ending);
// }
// async function revokeNewToken({ access, interruption, situation }, ledger, id, ending) {
//     (0,_session_js__WEBPACK_IMPORTED_MODULE_10__ .qB)(`Revoking the new token ${id}, because no one has its value.`);
//     const timeout = ending instanceof _process_interruption_js__WEBPACK_IMPORTED_MODULE_6__ .j ? REVOKING : access.timeout;
//     try {
//         const outcome = await interruption.bound(() => (0,_api_tokens_js__WEBPACK_IMPORTED_MODULE_1__ .w$)({ ...access, timeout, clock: _process_clock_js__WEBPACK_IMPORTED_MODULE_5__ .d }, id), REVOKING);
//         if (outcome.kind === 'done')
//             ledger.fresh = { is: 'revoked', id };
//         else
//             (0,_print_js__WEBPACK_IMPORTED_MODULE_9__ .cc)('nolapse-token: not revoked', (0,_failure_js__WEBPACK_IMPORTED_MODULE_8__ .g)(outcome, `The new token ${id} could not be revoked`, situation).message);
//         return ending;
//     }
//     catch (error) {
//         return error;
//     }
// }
// function defect(error, situation) {
//     const verdict = { reason: 'internal-error', defect: (0,_process_defect_js__WEBPACK_IMPORTED_MODULE_12__ .L)(error) };
//     return new _failure_js__WEBPACK_IMPORTED_MODULE_8__ .H(_exit_codes_js__WEBPACK_IMPORTED_MODULE_7__ .d.failed, (0,_messages_message_js__WEBPACK_IMPORTED_MODULE_13__ .b6)((0,_messages_explain_js__WEBPACK_IMPORTED_MODULE_3__ .W)(verdict, situation), verdict.reason));
// }
// 
// 
//  }),
// 
//  3622:
//  ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
// 
//  __webpack_require__.d(__webpack_exports__, {
//    F: () => ( exitCodeOf),
//    p: () => ( inventory)
//  });
//  var _process_interruption_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7680);
//  var _exit_codes_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2293);
// 
// 
// const isLeftover = ({ fresh }) => fresh.is !== 'not-made' && fresh.is !== 'revoked';
// function exitCodeOf(ledger, ending) {
//     if (ending instanceof _process_interruption_js__WEBPACK_IMPORTED_MODULE_0__ .j)
//         return ending.exitCode;
//     if (ending === 'done')
//         return _exit_codes_js__WEBPACK_IMPORTED_MODULE_1__ .d.done;
//     return isLeftover(ledger) ? _exit_codes_js__WEBPACK_IMPORTED_MODULE_1__ .d.leftover : ending.code;
// }
// const inventory = (ledger, lines) => [aboutFresh(ledger, lines), aboutOld(ledger, lines)].filter(Boolean).join('\n');
// function aboutFresh({ name, fresh, inPlace, recipient, old }, lines) {
//     switch (fresh.is) {
//         case 'not-made':
//             return 'No token was created.';
//         case 'unclear':
//             return inPlace
//                 ? `It is unclear whether the token has been rotated. Nothing is retried, because that could rotate it twice. List the tokens with:\n  ${lines.list}\n` +
//                     `If ${old?.id} is rotating, a new token named ${name} is active, and its value is lost. Rotate that one again with:\n  ${lines.rotateInPlace('NEW-ID')}`
//                 : `It is unclear whether a token named ${name} was created. Nothing is retried, because that could create a second one. List the tokens with:\n  ${lines.list}\n` +
//                     `If there is one that you do not know, its value is lost. Revoke it with:\n  ${lines.revoke('ITS-ID')}`;
//         case 'held':
//             return inPlace
//                 ? `The new token ${fresh.id} exists, and its value is lost: it cannot be recovered. To get a value that works, rotate it again with:\n  ${lines.rotateInPlace(fresh.id)}\nor revoke it with:\n  ${lines.revoke(fresh.id)}`
//                 : `The new token ${fresh.id} still exists, although no one has its value. Revoke it with:\n  ${lines.revoke(fresh.id)}`;
//         case 'astray':
//             return `The new token ${fresh.id} is valid. Whether ${recipient} has stored it cannot be known from here. Look there. If it has not, revoke the token with:\n  ${lines.revoke(fresh.id)}`;
//         case 'handed-over':
//             return `The new token ${fresh.id} is valid and handed to ${recipient}.`;
//         case 'revoked':
//             return `The new token ${fresh.id} was revoked: nothing is left of it.`;
//     }
// }
// function aboutOld({ fresh, old }, lines) {
//     if (!old)
//         return '';
//     switch (old.is) {
//         case 'active':
//             if (fresh.is === 'handed-over')
//                 return `The old token ${old.id} still works, for running jobs and for other places that hold it. Once none of them needs it, revoke it with:\n  ${lines.revoke(old.id)}`;
//             if (fresh.is === 'astray')
//                 return `The old token ${old.id} is unchanged and works. Once the new one is stored, revoke it with:\n  ${lines.revoke(old.id)}`;
//             return `The old token ${old.id} is unchanged and works.`;
//         case 'rotating':
//             return `The old token ${old.id} is rotating: it works until the platform's grace period ends. To end it at once, revoke it with:\n  ${lines.revoke(old.id)}`;
//         case 'unclear':
//             return `The old token ${old.id} may still work: the platform was asked to end it, and gave no clear answer. To make sure, revoke it with:\n  ${lines.revoke(old.id)}`;
//         case 'revoked':
//             return `The old token ${old.id} is revoked. While validations are cached, it can work for another minute.`;
//     }
// }
// 
// 
//  }),
// 
//  5669:
//  ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
// 
// 
// __webpack_require__.d(__webpack_exports__, {
//   l: () => ( endsInSeparator),
//   d: () => ( recipientOf)
// });
// 
// var contract = __webpack_require__(9570);
// var exit = __webpack_require__(3051);
// var exit_codes = __webpack_require__(2293);
// var failure = __webpack_require__(3930);
// var redaction = __webpack_require__(2935);
// var session = __webpack_require__(8229);
// var issuing_command = __webpack_require__(6190);
// var external_node_child_process_ = __webpack_require__(1421);
// var external_node_events_ = __webpack_require__(8474);
// var external_node_fs_ = __webpack_require__(3024);
// var promises_ = __webpack_require__(8500);
// var secrets = __webpack_require__(3219);
// ;
// 
// 
// const MASK = '***';
// const PREFIX = 'nlp_';
// class Masker {
//     #token;
//     #held = '';
//     constructor(token) {
//         this.#token = token.toLowerCase();
//     }
//     push(piece) {
//         return this.#mask(piece.toString('latin1'), false);
//     }
//     flush() {
//         return this.#mask('', true);
//     }
//     #mask(more, last) {
//         const text = this.#held + more;
//         const lower = text.toLowerCase();
//         let passed = '';
//         let at = 0;
//         while (at < text.length) {
//             const length = this.#lengthAt(lower, at);
//             if (!last && at + length === text.length && length < contract.Fj)
//                 break;
//             const reveals = length - this.#prefixIn(lower.slice(at, at + length)) >= secrets.op;
//             passed += reveals ? MASK : text.charAt(at);
//             at += reveals ? length : 1;
//         }
//         this.#held = text.slice(at);
//         return Buffer.from(passed, 'latin1');
//     }
//     #lengthAt(text, at) {
//         let length = 0;
//         while (at + length < text.length && this.#token.includes(text.slice(at, at + length + 1)))
//             length++;
//         return length;
//     }
//     #prefixIn(part) {
//         return Math.max(0, PREFIX.length - this.#token.indexOf(part));
//     }
// }
// 
// var external_node_os_ = __webpack_require__(8161);
// var external_node_path_ = __webpack_require__(6760);
// ;
// 
// 
// 
// 
// 
// const PATIENCE = 5_000;
// const READ = external_node_fs_.constants.O_RDONLY;
// const LOOK = external_node_fs_.constants.O_RDONLY | external_node_fs_.constants.O_NONBLOCK;
// async function openPipe(ways = [borrowPipe, namePipe]) {
//     for (const way of ways) {
//         const pipe = await way().catch(() => undefined);
//         if (pipe)
//             return pipe;
//     }
//     return undefined;
// }
// async function borrowPipe() {
//     const shell = (0,external_node_child_process_.spawn)('/bin/sh', ['-c', ": | { exec 4<&0; /bin/sh -c 'echo $PPID'; read -r _ <&3; }"], { stdio: ['ignore', 'pipe', 'ignore', 'pipe'], env: {} });
//     try {
//         const [pid] = await (0,external_node_events_.once)(shell.stdout, 'data', { signal: AbortSignal.timeout(PATIENCE) });
//         const end = `/proc/${String(pid).trim()}/fd/4`;
//         return { read: (0,external_node_fs_.openSync)(end, READ), look: (0,external_node_fs_.openSync)(end, LOOK), write: (0,external_node_fs_.openSync)(end, external_node_fs_.constants.O_WRONLY) };
//     }
//     finally {
//         for (const stream of shell.stdio)
//             stream?.destroy();
//     }
// }
// async function namePipe() {
//     const folder = (0,external_node_fs_.mkdtempSync)((0,external_node_path_.join)((0,external_node_os_.tmpdir)(), 'nolapse-token-'));
//     try {
//         const path = (0,external_node_path_.join)(folder, 'pipe');
//         (0,external_node_child_process_.execFileSync)('mkfifo', ['-m', '600', path], { stdio: 'ignore', timeout: PATIENCE });
//         const look = (0,external_node_fs_.openSync)(path, LOOK);
//         const write = (0,external_node_fs_.openSync)(path, external_node_fs_.constants.O_WRONLY | external_node_fs_.constants.O_NONBLOCK);
//         return { read: (0,external_node_fs_.openSync)(path, READ), look, write };
//     }
//     finally {
//         (0,external_node_fs_.rmSync)(folder, { recursive: true, force: true });
//     }
// }
// 
// ;
// 
// 
// 
// 
// 
// 
// 
// 
// const LAST_WORDS = 1_000;
// const FLUSH = 100;
// const LAST_RITES = 2_000;
// class HandOver {
//     #command;
//     #session;
//     #pipe;
//     #child;
//     #ended;
//     constructor(command, session, pipe) {
//         this.#command = command;
//         this.#session = session;
//         this.#pipe = pipe;
//     }
//     static async prepare(command, session, open = openPipe) {
//         return new HandOver(command, session, await open());
//     }
//     give(value, output, errors) {
//         this.#ended = this.#give(value, output, errors);
//         return this.#ended;
//     }
//     async #give(value, output, errors) {
//         const pipe = this.#pipe;
//         if (pipe) {
//             (0,external_node_fs_.writeSync)(pipe.write, value);
//             (0,external_node_fs_.closeSync)(pipe.write);
//         }
//         try {
//             const { file, args, options } = (0,issuing_command.So)(this.#command);
//             const child = (0,external_node_child_process_.spawn)(file, args, {
//                 ...options,
//                 env: (0,issuing_command.e$)(this.#session, process.env),
//                 stdio: [pipe?.read ?? 'pipe', 'pipe', 'pipe'],
//                 windowsHide: true,
//             });
//             child.stdin?.on('error',  () => undefined);
//             child.stdin?.end(value);
//             const exit = new Promise(resolve => child.once('exit', (code, signal) => resolve([code, signal])));
//             await (0,external_node_events_.once)(child, 'spawn');
//             this.#child = child;
//             child.on('error',  () => undefined);
//             return await follow(child, exit, value, output, errors, pipe);
//         }
//         catch (error) {
//             return { kind: 'not-started', code: String(error.code) };
//         }
//         finally {
//             if (pipe)
//                 for (const end of [pipe.read, pipe.look])
//                     (0,external_node_fs_.closeSync)(end);
//         }
//     }
//     async stop(signal) {
//         this.#child?.kill(signal);
//         const deaf = (0,promises_.setTimeout)(LAST_RITES, true, { ref: false });
//         if (await Promise.race([this.#ended?.then(() => false), deaf]))
//             this.#child?.kill('SIGKILL');
//     }
// }
// async function follow(child, exit, value, output, errors, pipe) {
//     const streams = [child.stdout, child.stderr];
//     const passed = Promise.all([pass(streams[0], output, value), pass(streams[1], errors, value)]);
//     const [code, signal] = await exit;
//     await Promise.race([passed, (0,promises_.setTimeout)(LAST_WORDS, undefined, { ref: false })]);
//     const left = pipe ? takeBack(pipe) : 0;
//     for (const stream of streams)
//         stream.destroy();
//     await Promise.race([passed, (0,promises_.setTimeout)(FLUSH, undefined, { ref: false })]);
//     if (signal !== null)
//         return { kind: 'killed', signal, left };
//     if (code !== 0)
//         return { kind: 'failed', code: code, left };
//     return left > 0 ? { kind: 'unread', left } : { kind: 'taken' };
// }
// function takeBack({ look }) {
//     try {
//         return (0,external_node_fs_.readSync)(look, Buffer.alloc(contract.Fj));
//     }
//     catch {
//         return 0;
//     }
// }
// async function pass(from, to, value) {
//     const masker = new Masker(value);
//     const write = (piece) => new Promise(resolve => to.write(piece, resolve));
//     try {
//         for await (const piece of from)
//             await write(masker.push(piece));
//     }
//     catch {
//     }
//     await write(masker.flush());
// }
// 
// ;
// 
// 
// function isDiscarded(platform = process.platform) {
//     if (platform === 'win32')
//         return false;
//     const output = (0,external_node_fs_.fstatSync)(process.stdout.fd);
//     return output.isCharacterDevice() && output.rdev === (0,external_node_fs_.statSync)(external_node_os_.devNull).rdev;
// }
// function closeOutput(platform = process.platform) {
//     if (platform === 'win32')
//         return;
//     (0,external_node_fs_.closeSync)(process.stdout.fd);
//     (0,external_node_fs_.openSync)(external_node_os_.devNull, 'w');
// }
// 
// ;
// 
// 
// 
// 
// 
// 
// 
// 
// 
// const LAST_WAIT = 3_200;
// const LAST_WRITE = 1_000;
// const endsInSeparator = (command) => command.parent.rawArgs.at(-1) === '--';
// function recipientOf(words, separated, { print = false }) {
//     const [name, ...args] = words;
//     if (name === undefined) {
//         if (separated)
//             throw wrong('There is no COMMAND after `--`.', 'Add one, or leave out `--` to print the value.');
//         if (process.env.CI && !print)
//             throw wrong("Without a COMMAND the value is printed, and a CI job's log keeps what it prints (CI is set).", 'Add a COMMAND that stores the value, or add --print if standard output goes to no log.');
//         if (isDiscarded())
//             throw wrong('Standard output is closed or goes to /dev/null, so no one would get the value. Nothing was created.', 'Add a COMMAND that stores the value, or leave standard output open.');
//         return async () => standardOutput;
//     }
//     if (print)
//         throw wrong('--print does not go with a COMMAND.', 'Leave out one of the two.');
//     const command = (0,issuing_command.Zv)([name, ...args]);
//     if (!command)
//         throw wrong(`The command ${(0,redaction.SP)(name)} cannot be found, or is not executable. Nothing was created.`, 'Install it, correct its name, or put the absolute path of its folder on the PATH. It is started without a shell, and is never looked for in the current folder.');
//     if (!(0,issuing_command.VK)(command))
//         throw wrong(`The command ${(0,redaction.SP)(name)} is a batch file, and one of its arguments has a character that Windows would change on the way to it. Nothing was created.`, 'Leave out " % ! ^ & | < > and line breaks, or name a COMMAND that is a program.');
//     return async ({ access }) => commandRecipient(`\`${(0,redaction.SP)(name)}\``, await HandOver.prepare(command, access.session));
// }
// const wrong = (what, remedy) => new failure.H(exit_codes.d.usage, `${what}\nWhat to do: ${remedy}`);
// const standardOutput = {
//     name: 'standard output',
//     async take({ interruption }, ledger, id, value) {
//         ledger.fresh = { is: 'astray', id };
//         try {
//             await interruption.during(() => new Promise((resolve, reject) => process.stdout.write(`${value}\n`, error => (error ? reject(error) : resolve()))), LAST_WRITE);
//         }
//         catch (error) {
//             if (!(error instanceof Error && 'code' in error))
//                 throw error;
//             ledger.fresh = { is: 'held', id };
//             throw new failure.H(exit_codes.d.failed, `The value could not be written to standard output (${error.code}).\nWhat to do: Run again, with a COMMAND that takes the value.`);
//         }
//         ledger.fresh = { is: 'handed-over', id };
//         closeOutput();
//     },
// };
// const commandRecipient = (name, handOver) => ({
//     name,
//     async take({ interruption }, ledger, id, value) {
//         (0,session.qB)(`Handing the new token to ${name}.`);
//         (0,exit.Dc)();
//         ledger.fresh = { is: 'astray', id };
//         const ended = await interruption.during(() => handOver.give(value, process.stdout, process.stderr), LAST_WAIT, signal => handOver.stop(signal));
//         if (ended.kind === 'taken')
//             ledger.fresh = { is: 'handed-over', id };
//         else if (isWithUs(ended))
//             ledger.fresh = { is: 'held', id };
//         interruption.check();
//         if (ended.kind !== 'taken')
//             throw failed(name, ended);
//         (0,session.qB)(`${name} has taken it.`);
//     },
// });
// const isWithUs = (ended) => ended.kind === 'not-started' || ended.left === contract.Fj;
// function failed(name, ended) {
//     const code = isWithUs(ended) ? exit_codes.d.failed : exit_codes.d.leftover;
//     const untouched = isWithUs(ended)
//         ? ' It has read nothing of its standard input, so it has stored nothing.'
//         : '';
//     switch (ended.kind) {
//         case 'not-started':
//             return wrong(`${name} could not be started (${ended.code}).`, 'Make sure that it runs on this machine.');
//         case 'failed':
//             return new failure.H(code, `${name} failed with exit code ${ended.code}.${untouched}`);
//         case 'killed':
//             return new failure.H(code, `${name} was ended by ${ended.signal}.${untouched}`);
//         case 'unread':
//             return new failure.H(code, `${name} exited with 0, but read only ${contract.Fj - ended.left} of the 44 bytes on its standard input.\n` +
//                 'What to do: Have it read the value from its standard input. Some commands need an option for that.');
//     }
// }
// 
// 
//  }),
// 
//  4104:
//  ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
// 
//  __webpack_require__.d(__webpack_exports__, {
//    Q: () => ( namesakesOf)
//  });
//  var _api_tokens_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(150);
// 
// const GLANCE = 5_000;
// async function namesakesOf({ access, interruption }, name, known) {
//     const list = await interruption.during(() => (0,_api_tokens_js__WEBPACK_IMPORTED_MODULE_0__ .dh)({ ...access, timeout: Math.min(GLANCE, access.timeout) }));
//     if (list.kind !== 'done')
//         return [];
//     return list.value.tokens
//         .filter(token => token.status === 'active' && token.name === name && !known.includes(token.id))
//         .map(({ id }) => id);
// }
// 
// 
//  })
// 
// };
// ;
// chunk 46
// "use strict";
// exports.id = 46;
// exports.ids = [46,339];
// exports.modules = {
// 
//  4339:
//  ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
// 
// __webpack_require__.r(__webpack_exports__);
//  __webpack_require__.d(__webpack_exports__, {
//    documentOf: () => ( documentOf),
//    formatOption: () => ( formatOption),
//    registerList: () => ( registerList)
//  });
//  var commander__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5109);
//  var _api_tokens_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(150);
//  var _exit_codes_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2293);
//  var _failure_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(3930);
//  var _options_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(5729);
//  var _print_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(3687);
//  var _redaction_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(2935);
//  var _session_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(8229);
// 
// 
// 
// 
// 
// 
// 
// 
// const formatOption = () => new commander__WEBPACK_IMPORTED_MODULE_0__ .c$('--format <format>', 'for people or for machines').choices(['text', 'json']).default('text');
// function registerList(program, conclude) {
//     (0,_options_js__WEBPACK_IMPORTED_MODULE_4__ .mE)(program.command('list'))
//         .summary('list the tokens of the organisation')
//         .description('Lists the tokens of the organisation: ID, status, name, scopes, agent type. Never a value.')
//         .addOption(formatOption())
//         .addHelpText('after', _options_js__WEBPACK_IMPORTED_MODULE_4__ ["in"])
//         .action(async (options) => conclude(await list(options)));
// }
// const list = (options) => (0,_session_js__WEBPACK_IMPORTED_MODULE_7__ .Cp)(options, async ({ access, interruption, situation }) => {
//     const outcome = await interruption.during(() => (0,_api_tokens_js__WEBPACK_IMPORTED_MODULE_1__ .dh)(access));
//     if (outcome.kind !== 'done')
//         throw (0,_failure_js__WEBPACK_IMPORTED_MODULE_3__ .g)(outcome, 'The tokens could not be listed', situation);
//     const { tokens, unusable } = outcome.value;
//     if (options.format === 'json')
//         (0,_print_js__WEBPACK_IMPORTED_MODULE_5__ .yy)((0,_redaction_js__WEBPACK_IMPORTED_MODULE_6__ .o_)(tokens.map(documentOf), access.secrets));
//     else if (tokens.length > 0)
//         (0,_print_js__WEBPACK_IMPORTED_MODULE_5__ .yy)(tableOf(tokens, access.secrets));
//     else
//         (0,_print_js__WEBPACK_IMPORTED_MODULE_5__ .cv)('There are no tokens.');
//     if (unusable > 0)
//         (0,_print_js__WEBPACK_IMPORTED_MODULE_5__ .R8)('nolapse-token: not all tokens are listed', `The platform listed ${unusable} more, without an ID that can be used.`);
//     return _exit_codes_js__WEBPACK_IMPORTED_MODULE_2__ .d.done;
// });
// const documentOf = ({ id, name, status, scopes, agentType }) => ({
//     id,
//     name,
//     status,
//     scopes,
//     agent_type: agentType,
// });
// const HEADINGS = ['ID', 'STATUS', 'NAME', 'SCOPES', 'AGENT TYPE'];
// const WIDEST = 40;
// function tableOf(tokens, secrets) {
//     const rows = tokens.map(({ id, status, name, scopes, agentType }) => {
//         const word = (0,_redaction_js__WEBPACK_IMPORTED_MODULE_6__ .SP)(status, secrets);
//         const cells = [(0,_redaction_js__WEBPACK_IMPORTED_MODULE_6__ .SP)(name, secrets), (0,_redaction_js__WEBPACK_IMPORTED_MODULE_6__ .SP)(scopes.join(', '), secrets), (0,_redaction_js__WEBPACK_IMPORTED_MODULE_6__ .SP)(agentType, secrets)];
//         return [id, word === 'active' ? word : `(${word})`, ...cells];
//     });
//     const widths = HEADINGS.map(heading => heading.length);
//     for (const row of rows)
//         for (const [column, cell] of row.entries()) {
//             const width = [...cell].length;
//             if (width <= WIDEST && width > widths[column])
//                 widths[column] = width;
//         }
//     const lineOf = (row) => row
//         .map((cell, column) => cell + ' '.repeat(Math.max(0, widths[column] - [...cell].length)))
//         .join('  ')
//         .trimEnd();
//     const lines = rows.map((row, index) => {
//         const status = tokens[index].status;
//         return status === 'active'
//             ? lineOf(row)
//             : (0,_print_js__WEBPACK_IMPORTED_MODULE_5__ .nI)(lineOf(row), status === 'revoked' ? 'dim' : 'yellow', process.stdout);
//     });
//     return [lineOf(HEADINGS), ...lines].join('\n');
// }
// 
// 
//  }),
// 
//  2046:
//  ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
// 
// __webpack_require__.r(__webpack_exports__);
//  __webpack_require__.d(__webpack_exports__, {
//    registerShow: () => ( registerShow)
//  });
//  var _exit_codes_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2293);
//  var _find_token_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2557);
//  var _options_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(5729);
//  var _print_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(3687);
//  var _redaction_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(2935);
//  var _session_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(8229);
//  var _list_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(4339);
// 
// 
// 
// 
// 
// 
// 
// function registerShow(program, conclude) {
//     (0,_options_js__WEBPACK_IMPORTED_MODULE_2__ .mE)(program.command('show'))
//         .summary("show one token's metadata")
//         .description("Shows one token's metadata. Never its value.")
//         .argument('<token>', 'its ID, or a name that exactly one active token has')
//         .addOption((0,_list_js__WEBPACK_IMPORTED_MODULE_6__.formatOption)())
//         .addHelpText('after', _options_js__WEBPACK_IMPORTED_MODULE_2__ ["in"])
//         .action(async (given, options) => conclude(await show(given, options)));
// }
// const show = (given, options) => (0,_session_js__WEBPACK_IMPORTED_MODULE_5__ .Cp)(options, async (session) => {
//     const token = await (0,_find_token_js__WEBPACK_IMPORTED_MODULE_1__ .f)(session, given);
//     (0,_print_js__WEBPACK_IMPORTED_MODULE_3__ .yy)(options.format === 'json'
//         ? (0,_redaction_js__WEBPACK_IMPORTED_MODULE_4__ .o_)({ ...(0,_list_js__WEBPACK_IMPORTED_MODULE_6__.documentOf)(token), created_at: token.createdAt }, session.access.secrets)
//         : textOf(token, session.access.secrets));
//     return _exit_codes_js__WEBPACK_IMPORTED_MODULE_0__ .d.done;
// });
// const textOf = ({ id, name, status, scopes, agentType, createdAt }, secrets) => [
//     `id:          ${id}`,
//     `name:        ${(0,_redaction_js__WEBPACK_IMPORTED_MODULE_4__ .SP)(name, secrets)}`,
//     `status:      ${(0,_redaction_js__WEBPACK_IMPORTED_MODULE_4__ .SP)(status, secrets)}`,
//     `scopes:      ${(0,_redaction_js__WEBPACK_IMPORTED_MODULE_4__ .SP)(scopes.join(', '), secrets)}`,
//     `agent type:  ${(0,_redaction_js__WEBPACK_IMPORTED_MODULE_4__ .SP)(agentType, secrets)}`,
//     `created at:  ${(0,_redaction_js__WEBPACK_IMPORTED_MODULE_4__ .SP)(createdAt, secrets)}`,
// ]
//     .map(line => line.trimEnd())
//     .join('\n');
// 
// 
//  }),
// 
//  2557:
//  ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
// 
//  __webpack_require__.d(__webpack_exports__, {
//    f: () => ( findToken),
//    s: () => ( refuseValue)
//  });
//  var _api_tokens_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(150);
//  var _exit_codes_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2293);
//  var _failure_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3930);
//  var _redaction_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(2935);
// 
// 
// 
// 
// async function findToken(session, given) {
//     refuseValue(given);
//     const { access, interruption, situation } = session;
//     const list = await interruption.during(() => (0,_api_tokens_js__WEBPACK_IMPORTED_MODULE_0__ .dh)(access));
//     if (list.kind === 'done') {
//         const found = candidates(list.value.tokens, given);
//         const [token, ...others] = found;
//         if (token && others.length > 0)
//             throw new _failure_js__WEBPACK_IMPORTED_MODULE_2__ .H(_exit_codes_js__WEBPACK_IMPORTED_MODULE_1__ .d.rejected, ambiguous(session, given, found));
//         if (token)
//             return lookUp(session, token.id);
//     }
//     else if (list.kind !== 'unexpected' || !_api_tokens_js__WEBPACK_IMPORTED_MODULE_0__ .YY.test(given))
//         throw unlisted(list, situation);
//     if (_api_tokens_js__WEBPACK_IMPORTED_MODULE_0__ .YY.test(given)) {
//         const details = await interruption.during(() => (0,_api_tokens_js__WEBPACK_IMPORTED_MODULE_0__ .LP)(access, given));
//         if (details.kind === 'done')
//             return details.value;
//         if (list.kind === 'done' && !(details.kind === 'refused' && details.status === 404))
//             throw (0,_failure_js__WEBPACK_IMPORTED_MODULE_2__ .g)(details, `The token ${(0,_redaction_js__WEBPACK_IMPORTED_MODULE_3__ .SP)(given)} could not be looked up`, situation);
//     }
//     if (list.kind !== 'done')
//         throw unlisted(list, situation);
//     throw new _failure_js__WEBPACK_IMPORTED_MODULE_2__ .H(_exit_codes_js__WEBPACK_IMPORTED_MODULE_1__ .d.rejected, unknown(session, given, list.value.tokens));
// }
// const unlisted = (list, situation) => (0,_failure_js__WEBPACK_IMPORTED_MODULE_2__ .g)(list, 'The tokens could not be listed', situation);
// async function lookUp({ access, interruption, situation }, id) {
//     const details = await interruption.during(() => (0,_api_tokens_js__WEBPACK_IMPORTED_MODULE_0__ .LP)(access, id));
//     if (details.kind === 'done')
//         return details.value;
//     throw (0,_failure_js__WEBPACK_IMPORTED_MODULE_2__ .g)(details, `The token ${id} could not be looked up`, situation);
// }
// const candidates = (tokens, given) => distinct(tokens.filter(({ id, name, status }) => id === given || (name === given && status === 'active')));
// const distinct = (tokens) => [
//     ...new Map(tokens.map(token => [token.id, token])).values(),
// ];
// function refuseValue(given) {
//     if (/^[0-9a-f]{40}$/i.test(given))
//         throw new _failure_js__WEBPACK_IMPORTED_MODULE_2__ .H(_exit_codes_js__WEBPACK_IMPORTED_MODULE_1__ .d.usage, 'TOKEN looks like the value of a token. A value is never accepted as TOKEN.\n' +
//             'What to do: Use the ID or the name of the token, as `list` shows them.');
// }
// const MOST = 10;
// function idsOf(tokens, { access: { secrets } }) {
//     const lines = tokens
//         .slice(0, MOST)
//         .map(({ id, name, status }) => `  ${id} (${(0,_redaction_js__WEBPACK_IMPORTED_MODULE_3__ .SP)(status, secrets)}) ${(0,_redaction_js__WEBPACK_IMPORTED_MODULE_3__ .SP)(name, secrets)}`.trimEnd());
//     const rest = tokens.length - lines.length;
//     return [...lines, ...(rest > 0 ? [`  and ${rest} more`] : [])].join('\n');
// }
// function unknown(session, given, tokens) {
//     const named = tokens.filter(({ name }) => name === given);
//     if (named.length > 0)
//         return (`No active token is named ${(0,_redaction_js__WEBPACK_IMPORTED_MODULE_3__ .SP)(given)}. These tokens have that name:\n${idsOf(named, session)}\n` +
//             'What to do: Use the ID of the token that you mean.');
//     const active = tokens.filter(({ status }) => status === 'active');
//     const what = `There is no token with the ID or the name ${(0,_redaction_js__WEBPACK_IMPORTED_MODULE_3__ .SP)(given)}.`;
//     const known = active.length > 0 ? ` These tokens are active:\n${idsOf(active, session)}` : '';
//     return `${what}${known}\nWhat to do: See all tokens with:\n  ${session.lines.list}`;
// }
// const ambiguous = (session, given, tokens) => `TOKEN is ambiguous: ${(0,_redaction_js__WEBPACK_IMPORTED_MODULE_3__ .SP)(given)} could be any of these:\n${idsOf(tokens, session)}\n` +
//     'What to do: Use the ID of the token that you mean. After a rotation, the name works again once the old token is revoked.';
// 
// 
//  })
// 
// };
// ;
// chunk 488
// "use strict";
// exports.id = 488;
// exports.ids = [488];
// exports.modules = {
// 
//  488:
//  ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
// 
// __webpack_require__.r(__webpack_exports__);
//  __webpack_require__.d(__webpack_exports__, {
//    registerRotate: () => ( registerRotate)
//  });
//  var _api_tokens_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(150);
//  var _process_version_js__WEBPACK_IMPORTED_MODULE_12__ = __webpack_require__(6303);
//  var _exit_codes_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2293);
//  var _failure_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3930);
//  var _find_token_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(2557);
//  var _issuing_issue_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(7196);
//  var _issuing_ledger_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(3622);
//  var _issuing_recipient_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(5669);
//  var _namesakes_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(4104);
//  var _options_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(5729);
//  var _print_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(3687);
//  var _redaction_js__WEBPACK_IMPORTED_MODULE_10__ = __webpack_require__(2935);
//  var _session_js__WEBPACK_IMPORTED_MODULE_11__ = __webpack_require__(8229);
// 
// 
// 
// 
// 
// 
// 
// 
// 
// 
// 
// 
// 
// function registerRotate(program, conclude, onDefect) {
//     (0,_options_js__WEBPACK_IMPORTED_MODULE_8__ .mE)(program.command('rotate'))
//         .summary('replace a token with a new one')
//         .description('Creates a token with the same name, scopes and agent type, proves it valid, and hands its value to COMMAND. ' +
//         'The old token stays valid, because running jobs hold it. --revoke-old revokes it.')
//         .usage('[options] <token> [-- COMMAND...]')
//         .argument('<token>', 'the old token: its ID, or a name that exactly one active token has')
//         .argument('[command...]', 'what stores the value; started without a shell')
//         .option('--revoke-old <after>', 'revoke the old token once the value is handed over: at once (0) or after a wait (90s, 30m, 2h)')
//         .option('--in-place', "use the platform's own rotation, for a plan that allows one token: there is almost no overlap, and a value " +
//         'that is lost then cannot be recovered')
//         .option('--print', 'print the value although CI is set; use it only if no log keeps standard output')
//         .addHelpText('after', AFTER)
//         .action(async (given, words, options, command) => conclude(await (0,_session_js__WEBPACK_IMPORTED_MODULE_11__ .Cp)(options, async (session) => {
//         const wait = waitOf(options, words);
//         (0,_find_token_js__WEBPACK_IMPORTED_MODULE_3__ .s)(given);
//         const ready = (0,_issuing_recipient_js__WEBPACK_IMPORTED_MODULE_6__ .d)(words, (0,_issuing_recipient_js__WEBPACK_IMPORTED_MODULE_6__ .l)(command), options);
//         const recipient = await ready(session);
//         const old = await (0,_find_token_js__WEBPACK_IMPORTED_MODULE_3__ .f)(session, given);
//         const { secrets } = session.access;
//         if (old.status !== 'active')
//             throw new _failure_js__WEBPACK_IMPORTED_MODULE_2__ .H(_exit_codes_js__WEBPACK_IMPORTED_MODULE_1__ .d.rejected, `The token ${old.id} is not active (${(0,_redaction_js__WEBPACK_IMPORTED_MODULE_10__ .SP)(old.status, secrets)}).\nWhat to do: Find the active token with \`list\` and rotate that one, or create a new one.`);
//         if (old.flaw) {
//             const answer = { kind: 'field', ...old.flaw };
//             throw (0,_failure_js__WEBPACK_IMPORTED_MODULE_2__ .g)({ kind: 'unexpected', surprise: answer, requestId: '' }, `The token ${old.id} cannot be rotated`, session.situation);
//         }
//         const ledger = {
//             name: (0,_redaction_js__WEBPACK_IMPORTED_MODULE_10__ .SP)(old.name, secrets),
//             fresh: { is: 'not-made' },
//             old: { id: old.id, is: 'active' },
//             inPlace: options.inPlace === true,
//             recipient: recipient.name,
//         };
//         return (0,_issuing_issue_js__WEBPACK_IMPORTED_MODULE_4__ .c)(session, ledger, onDefect, () => rotate(session, ledger, old, recipient, wait));
//     })));
// }
// async function rotate(session, ledger, old, recipient, wait) {
//     const { access, interruption } = session;
//     (0,_session_js__WEBPACK_IMPORTED_MODULE_11__ .qB)(ledger.inPlace
//         ? `Rotating the token ${old.id}, named ${ledger.name}, in place.`
//         : `Creating a token named ${ledger.name}, to replace ${old.id}.`);
//     const plan = ledger.inPlace ? inPlace(session, ledger, old) : anew(session, old);
//     const id = await (0,_issuing_issue_js__WEBPACK_IMPORTED_MODULE_4__ .s)(session, ledger, plan, recipient);
//     if (ledger.inPlace)
//         return;
//     if (wait === undefined)
//         return tellOfOthers(session, ledger, old, id);
//     if (wait > 0) {
//         (0,_print_js__WEBPACK_IMPORTED_MODULE_9__ .cv)((0,_issuing_ledger_js__WEBPACK_IMPORTED_MODULE_5__ .p)(ledger, session.lines));
//         (0,_session_js__WEBPACK_IMPORTED_MODULE_11__ .qB)(`Waiting ${wait / 1000} s before the old token is revoked.`);
//         await interruption.during(() => access.clock.sleep(wait));
//     }
//     await revokeOldToken(session, ledger, old.id);
//     await tellOfOthers(session, ledger, old, id);
// }
// const anew = ({ access }, old) => ({
//     make: () => (0,_api_tokens_js__WEBPACK_IMPORTED_MODULE_0__ .Ey)(access, old.name, old.scopes, old.id),
//     otherwise: 'The new token could not be created',
//     scopes: old.scopes,
//     agentType: old.agentType,
// });
// const inPlace = ({ access }, ledger, old) => ({
//     make: async () => {
//         ledger.old = { id: old.id, is: 'unclear' };
//         const outcome = await (0,_api_tokens_js__WEBPACK_IMPORTED_MODULE_0__ .hH)(access, old.id);
//         if (outcome.kind === 'done')
//             ledger.old.is = 'rotating';
//         else if (outcome.kind === 'refused' && [404, 409].includes(outcome.status))
//             delete ledger.old;
//         else if (!(0,_api_tokens_js__WEBPACK_IMPORTED_MODULE_0__ .gj)(outcome))
//             ledger.old.is = 'active';
//         return outcome;
//     },
//     otherwise: `The token ${old.id} could not be rotated`,
//     scopes: old.scopes,
//     agentType: '',
// });
// async function revokeOldToken({ access, interruption, situation }, ledger, id) {
//     await interruption.hear();
//     (0,_session_js__WEBPACK_IMPORTED_MODULE_11__ .qB)(`Revoking the old token ${id}.`);
//     ledger.old = { id, is: 'unclear' };
//     const outcome = await interruption.during(() => (0,_api_tokens_js__WEBPACK_IMPORTED_MODULE_0__ .w$)(access, id), _session_js__WEBPACK_IMPORTED_MODULE_11__ .aZ);
//     if (outcome.kind === 'done')
//         ledger.old.is = 'revoked';
//     else {
//         if (!(0,_api_tokens_js__WEBPACK_IMPORTED_MODULE_0__ .gj)(outcome))
//             ledger.old.is = 'active';
//         throw (0,_failure_js__WEBPACK_IMPORTED_MODULE_2__ .g)(outcome, `The old token ${id} could not be revoked`, situation);
//     }
// }
// async function tellOfOthers(session, ledger, old, fresh) {
//     for (const id of await (0,_namesakes_js__WEBPACK_IMPORTED_MODULE_7__ .Q)(session, old.name, [old.id, fresh]))
//         (0,_print_js__WEBPACK_IMPORTED_MODULE_9__ .cv)(`Another active token is named ${ledger.name}: ${id}, perhaps from another rotation. If nothing uses it, revoke it with:\n  ${session.lines.revoke(id)}`);
// }
// const HOUR = 3_600_000;
// const UNITS = { s: 1_000, m: 60_000, h: HOUR };
// const LONGEST_WAIT = 7 * 24 * HOUR;
// function waitOf({ revokeOld, inPlace = false }, words) {
//     if (revokeOld === undefined)
//         return undefined;
//     const wrong = (what) => new _failure_js__WEBPACK_IMPORTED_MODULE_2__ .H(_exit_codes_js__WEBPACK_IMPORTED_MODULE_1__ .d.usage, what);
//     if (inPlace)
//         throw wrong('--revoke-old cannot be used with --in-place.\nWhat to do: Leave it out. The platform revokes the old token by itself.');
//     if (words.length === 0)
//         throw wrong('--revoke-old needs a COMMAND: without one, it is not known when the new value is stored.\nWhat to do: Add a COMMAND that stores the value.');
//     const [, amount, unit] = /^(\d{1,6})([smh])$|^0$/.exec(revokeOld) ?? [undefined, undefined, undefined];
//     const wait = revokeOld === '0' ? 0 : Number(amount) * (UNITS[unit ?? ''] ?? Number.NaN);
//     if (!(wait <= LONGEST_WAIT))
//         throw wrong('--revoke-old must be 0 or a duration up to 7 days.\nWhat to do: Write it like 0, 90s, 30m or 2h.');
//     return wait;
// }
// const AFTER = `
// COMMAND gets the value on its standard input: 44 bytes, no line break. Its
// arguments and its environment contain neither the value nor the session. Its
// output is passed on with the value masked. Without a COMMAND, the value is
// printed on standard output, alone on its line. Everything else goes to standard
// error.
// 
// The new token is revoked if a step fails before COMMAND has started, or if
// COMMAND fails without reading the value (not on Windows). The old token is then
// unchanged. In any other case, it is unclear what COMMAND has stored: nothing is
// revoked, and the message names both tokens and the command line that revokes each.
// 
// With --in-place, the old token starts to expire as soon as the new one exists.
// Therefore the new token is never revoked automatically. The message names it. A
// value that is lost cannot be recovered.
// 
// The run also ends if the process that started it ends, as npx does after a
// signal. It then does not revoke the old token. Under nohup it continues.
// 
// The session comes from the environment variable NOLAPSE_SESSION_TOKEN.
// 
// Example:
//   npx --yes @nolapse/token-action@${_process_version_js__WEBPACK_IMPORTED_MODULE_12__ .x} rotate ci --revoke-old 30m -- \\
//     gh secret set NOLAPSE_TOKEN --repo acme/api`;
// 
// 
//  }),
// 
//  2557:
//  ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
// 
//  __webpack_require__.d(__webpack_exports__, {
//    f: () => ( findToken),
//    s: () => ( refuseValue)
//  });
//  var _api_tokens_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(150);
//  var _exit_codes_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2293);
//  var _failure_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3930);
//  var _redaction_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(2935);
// 
// 
// 
// 
// async function findToken(session, given) {
//     refuseValue(given);
//     const { access, interruption, situation } = session;
//     const list = await interruption.during(() => (0,_api_tokens_js__WEBPACK_IMPORTED_MODULE_0__ .dh)(access));
//     if (list.kind === 'done') {
//         const found = candidates(list.value.tokens, given);
//         const [token, ...others] = found;
//         if (token && others.length > 0)
//             throw new _failure_js__WEBPACK_IMPORTED_MODULE_2__ .H(_exit_codes_js__WEBPACK_IMPORTED_MODULE_1__ .d.rejected, ambiguous(session, given, found));
//         if (token)
//             return lookUp(session, token.id);
//     }
//     else if (list.kind !== 'unexpected' || !_api_tokens_js__WEBPACK_IMPORTED_MODULE_0__ .YY.test(given))
//         throw unlisted(list, situation);
//     if (_api_tokens_js__WEBPACK_IMPORTED_MODULE_0__ .YY.test(given)) {
//         const details = await interruption.during(() => (0,_api_tokens_js__WEBPACK_IMPORTED_MODULE_0__ .LP)(access, given));
//         if (details.kind === 'done')
//             return details.value;
//         if (list.kind === 'done' && !(details.kind === 'refused' && details.status === 404))
//             throw (0,_failure_js__WEBPACK_IMPORTED_MODULE_2__ .g)(details, `The token ${(0,_redaction_js__WEBPACK_IMPORTED_MODULE_3__ .SP)(given)} could not be looked up`, situation);
//     }
//     if (list.kind !== 'done')
//         throw unlisted(list, situation);
//     throw new _failure_js__WEBPACK_IMPORTED_MODULE_2__ .H(_exit_codes_js__WEBPACK_IMPORTED_MODULE_1__ .d.rejected, unknown(session, given, list.value.tokens));
// }
// const unlisted = (list, situation) => (0,_failure_js__WEBPACK_IMPORTED_MODULE_2__ .g)(list, 'The tokens could not be listed', situation);
// async function lookUp({ access, interruption, situation }, id) {
//     const details = await interruption.during(() => (0,_api_tokens_js__WEBPACK_IMPORTED_MODULE_0__ .LP)(access, id));
//     if (details.kind === 'done')
//         return details.value;
//     throw (0,_failure_js__WEBPACK_IMPORTED_MODULE_2__ .g)(details, `The token ${id} could not be looked up`, situation);
// }
// const candidates = (tokens, given) => distinct(tokens.filter(({ id, name, status }) => id === given || (name === given && status === 'active')));
// const distinct = (tokens) => [
//     ...new Map(tokens.map(token => [token.id, token])).values(),
// ];
// function refuseValue(given) {
//     if (/^[0-9a-f]{40}$/i.test(given))
//         throw new _failure_js__WEBPACK_IMPORTED_MODULE_2__ .H(_exit_codes_js__WEBPACK_IMPORTED_MODULE_1__ .d.usage, 'TOKEN looks like the value of a token. A value is never accepted as TOKEN.\n' +
//             'What to do: Use the ID or the name of the token, as `list` shows them.');
// }
// const MOST = 10;
// function idsOf(tokens, { access: { secrets } }) {
//     const lines = tokens
//         .slice(0, MOST)
//         .map(({ id, name, status }) => `  ${id} (${(0,_redaction_js__WEBPACK_IMPORTED_MODULE_3__ .SP)(status, secrets)}) ${(0,_redaction_js__WEBPACK_IMPORTED_MODULE_3__ .SP)(name, secrets)}`.trimEnd());
//     const rest = tokens.length - lines.length;
//     return [...lines, ...(rest > 0 ? [`  and ${rest} more`] : [])].join('\n');
// }
// function unknown(session, given, tokens) {
//     const named = tokens.filter(({ name }) => name === given);
//     if (named.length > 0)
//         return (`No active token is named ${(0,_redaction_js__WEBPACK_IMPORTED_MODULE_3__ .SP)(given)}. These tokens have that name:\n${idsOf(named, session)}\n` +
//             'What to do: Use the ID of the token that you mean.');
//     const active = tokens.filter(({ status }) => status === 'active');
//     const what = `There is no token with the ID or the name ${(0,_redaction_js__WEBPACK_IMPORTED_MODULE_3__ .SP)(given)}.`;
//     const known = active.length > 0 ? ` These tokens are active:\n${idsOf(active, session)}` : '';
//     return `${what}${known}\nWhat to do: See all tokens with:\n  ${session.lines.list}`;
// }
// const ambiguous = (session, given, tokens) => `TOKEN is ambiguous: ${(0,_redaction_js__WEBPACK_IMPORTED_MODULE_3__ .SP)(given)} could be any of these:\n${idsOf(tokens, session)}\n` +
//     'What to do: Use the ID of the token that you mean. After a rotation, the name works again once the old token is revoked.';
// 
// 
//  })
// 
// };
// ;
// chunk 543
// "use strict";
// exports.id = 543;
// exports.ids = [543];
// exports.modules = {
// 
//  3543:
//  ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
// 
// __webpack_require__.r(__webpack_exports__);
//  __webpack_require__.d(__webpack_exports__, {
//    registerCreate: () => ( registerCreate)
//  });
//  var _api_contract_js__WEBPACK_IMPORTED_MODULE_10__ = __webpack_require__(9570);
//  var _api_secrets_js__WEBPACK_IMPORTED_MODULE_11__ = __webpack_require__(3219);
//  var _api_tokens_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(150);
//  var _process_version_js__WEBPACK_IMPORTED_MODULE_12__ = __webpack_require__(6303);
//  var _exit_codes_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2293);
//  var _failure_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3930);
//  var _issuing_issue_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(7196);
//  var _issuing_recipient_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(5669);
//  var _namesakes_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(4104);
//  var _options_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(5729);
//  var _print_js__WEBPACK_IMPORTED_MODULE_7__ = __webpack_require__(3687);
//  var _redaction_js__WEBPACK_IMPORTED_MODULE_8__ = __webpack_require__(2935);
//  var _session_js__WEBPACK_IMPORTED_MODULE_9__ = __webpack_require__(8229);
// 
// 
// 
// 
// 
// 
// 
// 
// 
// 
// 
// 
// 
// function registerCreate(program, conclude, onDefect) {
//     (0,_options_js__WEBPACK_IMPORTED_MODULE_6__ .mE)(program.command('create'))
//         .summary('create a token and hand it to a secret store')
//         .description('Creates a token, proves it valid, and hands its value to COMMAND on standard input. No one sees the value.')
//         .usage('[options] --name <name> [-- COMMAND...]')
//         .argument('[command...]', 'what stores the value; started without a shell')
//         .requiredOption('--name <name>', 'the name of the token')
//         .option('--scope <scope>', 'a scope of the token; repeat it for each (default: execute)', collect)
//         .option('--agent-type <type>', 'what will use the token; informational')
//         .option('--print', 'print the value although CI is set; use it only if no log keeps standard output')
//         .addHelpText('after', AFTER)
//         .action(async (words, options, command) => conclude(await (0,_session_js__WEBPACK_IMPORTED_MODULE_9__ .Cp)(options, async (session) => {
//         refuseUnusable(options);
//         const ready = (0,_issuing_recipient_js__WEBPACK_IMPORTED_MODULE_4__ .d)(words, (0,_issuing_recipient_js__WEBPACK_IMPORTED_MODULE_4__ .l)(command), options);
//         return create(session, options, await ready(session), onDefect);
//     })));
// }
// function create(session, options, recipient, onDefect) {
//     const scopes = options.scope ? [...new Set(options.scope)] : ['execute'];
//     const ledger = {
//         name: (0,_redaction_js__WEBPACK_IMPORTED_MODULE_8__ .SP)(options.name),
//         fresh: { is: 'not-made' },
//         inPlace: false,
//         recipient: recipient.name,
//     };
//     const plan = {
//         make: () => (0,_api_tokens_js__WEBPACK_IMPORTED_MODULE_0__ .Ey)(session.access, options.name, scopes),
//         otherwise: 'The token could not be created',
//         scopes,
//         agentType: options.agentType ?? '',
//     };
//     return (0,_issuing_issue_js__WEBPACK_IMPORTED_MODULE_3__ .c)(session, ledger, onDefect, async () => {
//         (0,_session_js__WEBPACK_IMPORTED_MODULE_9__ .qB)(`Creating a token named ${ledger.name}, with the ${scopes.length === 1 ? 'scope' : 'scopes'} ${scopes.join(', ')}.`);
//         const id = await (0,_issuing_issue_js__WEBPACK_IMPORTED_MODULE_3__ .s)(session, ledger, plan, recipient);
//         await warnOfNamesakes(session, ledger, options.name, id);
//     });
// }
// async function warnOfNamesakes(session, ledger, name, fresh) {
//     for (const id of await (0,_namesakes_js__WEBPACK_IMPORTED_MODULE_5__ .Q)(session, name, [fresh]))
//         (0,_print_js__WEBPACK_IMPORTED_MODULE_7__ .R8)('nolapse-token: the name is ambiguous', `Another active token is named ${ledger.name}: ${id}. While both are active, \`show\`, \`rotate\` and \`revoke\` need an ID ` +
//             `instead of the name. If nothing uses the other one, revoke it with:\n  ${session.lines.revoke(id)}`);
// }
// const collect = (scope, scopes = []) => [...scopes, scope];
// function refuseUnusable({ name, scope = [] }) {
//     if (name.trim() === '')
//         throw new _failure_js__WEBPACK_IMPORTED_MODULE_2__ .H(_exit_codes_js__WEBPACK_IMPORTED_MODULE_1__ .d.usage, '--name is blank.\nWhat to do: Give the token a name.');
//     if (!scope.every(one => _api_contract_js__WEBPACK_IMPORTED_MODULE_10__ .hx.test(one) && !(0,_api_secrets_js__WEBPACK_IMPORTED_MODULE_11__ .dz)(one)))
//         throw new _failure_js__WEBPACK_IMPORTED_MODULE_2__ .H(_exit_codes_js__WEBPACK_IMPORTED_MODULE_1__ .d.usage, '--scope is not a scope.\nWhat to do: Repeat --scope for each scope. A scope has only letters, digits and : . _ -');
// }
// const AFTER = `
// COMMAND gets the value on its standard input: 44 bytes, no line break. Its
// arguments and its environment contain neither the value nor the session. Its
// output is passed on with the value masked. Without a COMMAND, the value is
// printed on standard output, alone on its line. Everything else goes to standard
// error.
// 
// The new token is revoked if a step fails before COMMAND has started, or if
// COMMAND fails without reading the value (not on Windows). In any other case, no
// one can know what COMMAND has stored: nothing is revoked, and the message names
// the token and the command line that revokes it. Creating is never tried twice.
// 
// The session comes from the environment variable NOLAPSE_SESSION_TOKEN.
// 
// Example:
//   npx --yes @nolapse/token-action@${_process_version_js__WEBPACK_IMPORTED_MODULE_12__ .x} create --name ci -- \\
//     gh secret set NOLAPSE_TOKEN --repo acme/api`;
// 
// 
//  })
// 
// };
// ;
// chunk 690
// "use strict";
// exports.id = 690;
// exports.ids = [690,290];
// exports.modules = {
// 
//  5290:
//  ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
// 
//  __webpack_require__.d(__webpack_exports__, {
//    C: () => ( Faulty),
//    faultOf: () => ( faultOf)
//  });
// class Faulty extends Error {
//     fault;
//     constructor(fault) {
//         super(fault.fault);
//         this.fault = fault;
//     }
// }
// const NOT_THE_PROTOCOL = /^(HPE_(?!INVALID_EOF_STATE|CLOSED_CONNECTION)|ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG))/;
// const TRANSIENT = /^ERR_SSL_.*(INTERNAL_ERROR|USER_CANCELLED|BAD_RECORD_MAC|UNEXPECTED_EOF)/;
// function faultOf(error, socket, proxy) {
//     if (error instanceof Faulty)
//         return error.fault;
//     const peer = proxy && { proxy, unsent: true };
//     if (isUnverified(socket))
//         return { kind: 'fault', fault: 'untrusted', code: certificateCode(error), ...peer };
//     const code = codeOf(error);
//     if (/^ERR_OSSL_/.test(code))
//         return { kind: 'fault', fault: 'untrusted', code, ...peer };
//     if (NOT_THE_PROTOCOL.test(code))
//         return { kind: 'fault', fault: 'not-http', code, ...peer };
//     if (/^ERR_SSL_/.test(code) && !TRANSIENT.test(code)) {
//         const unread = /_CERTIFICATE_/.test(code) && { unsent: true };
//         return { kind: 'fault', fault: 'handshake', code, ...unread, ...peer };
//     }
//     return { kind: 'fault', fault: 'unreachable', code, ...peer };
// }
// const isUnverified = (socket) => Boolean(socket && 'authorizationError' in socket && socket.authorizationError);
// const certificateCode = ({ code, message }) => code === undefined || code === 'UNSPECIFIED' ? constantOf(message) : code;
// function codeOf(error) {
//     const reason = error.code === 'EPROTO' && /:(\w+)[ \w]* routines:[^:]*:([^:]+):/.exec(error.message);
//     if (reason)
//         return `ERR_${reason[1] === 'SSL' ? 'SSL' : 'OSSL'}_${constantOf(reason[2])}`;
//     return error.code ??  error.name;
// }
// const constantOf = (words) => words.toUpperCase().replace(/\W+/g, '_');
// 
// 
//  }),
// 
//  5690:
//  ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
// 
//  __webpack_require__.d(__webpack_exports__, {
//    tunnelThrough: () => ( tunnelThrough)
//  });
//  var node_http__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7067);
//  var node_http__WEBPACK_IMPORTED_MODULE_0___default = __webpack_require__.n(node_http__WEBPACK_IMPORTED_MODULE_0__);
//  var node_https__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4708);
//  var node_https__WEBPACK_IMPORTED_MODULE_1___default = __webpack_require__.n(node_https__WEBPACK_IMPORTED_MODULE_1__);
//  var node_tls__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1692);
//  var node_tls__WEBPACK_IMPORTED_MODULE_2___default = __webpack_require__.n(node_tls__WEBPACK_IMPORTED_MODULE_2__);
//  var _fault_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(5290);
//  var _identity_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(2649);
//  var _proxy_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(5010);
// 
// 
// 
// 
// 
// 
// function tunnelThrough(proxy, url, patience) {
//     const target = `${url.hostname}:${(0,_proxy_js__WEBPACK_IMPORTED_MODULE_5__ .HM)(url)}`;
//     const request = () => (proxy.secure ? node_https__WEBPACK_IMPORTED_MODULE_1__ : node_http__WEBPACK_IMPORTED_MODULE_0__).request({
//         ...patience,
//         method: 'CONNECT',
//         host: proxy.hostname,
//         port: proxy.port,
//         path: target,
//         agent: false,
//         ...(0,_identity_js__WEBPACK_IMPORTED_MODULE_4__ .c)(proxy.hostname),
//         headers: {
//             host: target,
//             ...(proxy.authorization && { 'proxy-authorization': proxy.authorization }),
//         },
//     });
//     let asked;
//     return {
//         createConnection(_options, done) {
//             const fail = (error) => done(error, undefined);
//             asked = request();
//             asked.on('error', error => fail(new _fault_js__WEBPACK_IMPORTED_MODULE_3__ .C((0,_fault_js__WEBPACK_IMPORTED_MODULE_3__.faultOf)(error, asked?.socket, proxy.via))));
//             asked.on('connect', (response, socket, head) => {
//                 const status = response.statusCode;
//                 if (status !== 200 || head.length > 0) {
//                     socket.destroy();
//                     const refusal = { kind: 'fault', unsent: true, proxy: proxy.via };
//                     return fail(new _fault_js__WEBPACK_IMPORTED_MODULE_3__ .C(status === 200
//                         ? { ...refusal, fault: 'not-http', code: 'UNEXPECTED_DATA' }
//                         : { ...refusal, fault: 'proxy', status, schemes: schemesOf(response) }));
//                 }
//                 if (url.protocol === 'http:')
//                     return done(null, socket);
//                 const host = (0,_proxy_js__WEBPACK_IMPORTED_MODULE_5__ .n0)(url.hostname);
//                 done(null, (0,node_tls__WEBPACK_IMPORTED_MODULE_2__.connect)({ socket, host, ...(0,_identity_js__WEBPACK_IMPORTED_MODULE_4__ .c)(host), ALPNProtocols: ['http/1.1'] }));
//             });
//             asked.end();
//             return undefined;
//         },
//         abandon: () => asked?.destroy(),
//     };
// }
// function schemesOf(response) {
//     const offered = String(response.headers['proxy-authenticate'] ?? '');
//     return ['Basic', 'Digest', 'NTLM', 'Negotiate', 'Kerberos'].filter(scheme => new RegExp(`(^|,)\\s*${scheme}(\\s|,|$)`, 'i').test(offered));
// }
// 
// 
//  })
// 
// };
// ;
// chunk 697
// "use strict";
// exports.id = 697;
// exports.ids = [697,326];
// exports.modules = {
// 
//  9326:
//  ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
// 
//  __webpack_require__.d(__webpack_exports__, {
//    openOutput: () => ( openOutput),
//    v: () => ( UnwritableOutput)
//  });
//  var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
//  var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = __webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
//  var node_fs__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3024);
//  var node_fs__WEBPACK_IMPORTED_MODULE_1___default = __webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_1__);
//  var node_path__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6760);
//  var node_path__WEBPACK_IMPORTED_MODULE_2___default = __webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_2__);
//  var _output_place_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(8349);
// 
// 
// 
// 
// class UnwritableOutput extends Error {
// }
// const LOOK = 20;
// async function openOutput(path, mode, patience) {
//     return guarded(async () => {
//         const file = (0,_output_place_js__WEBPACK_IMPORTED_MODULE_3__ .nb)(path);
//         if (file !== undefined && (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.fstatSync)(file).isFile())
//             return toOpenFile(file);
//         const there = (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.statSync)(path, { throwIfNoEntry: false });
//         if (!there || there.isFile())
//             return toFile(path, mode ?? there?.mode);
//         if (there.isDirectory())
//             throw Object.assign(new Error(), { code: 'EISDIR' });
//         return toOpenFile(await openOnce(path, there.isFIFO() && file === undefined, patience));
//     });
// }
// function toFile(path, mode) {
//     const target = targetOf(path);
//     const temporary = (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)((0,node_path__WEBPACK_IMPORTED_MODULE_2__.dirname)(target), `.nolapse-${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomUUID)()}.tmp`);
//     const create = (content) => (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.writeFileSync)(temporary, content, { flag: 'wx' });
//     cleaned(temporary, () => create('\n'));
//     (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.rmSync)(target, { force: true });
//     return document => guarded(async () => cleaned(temporary, () => {
//         create(document);
//         if (mode !== undefined)
//             (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.chmodSync)(temporary, mode);
//         (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.renameSync)(temporary, target);
//     }));
// }
// function targetOf(path) {
//     if (!(0,node_fs__WEBPACK_IMPORTED_MODULE_1__.lstatSync)(path, { throwIfNoEntry: false })?.isSymbolicLink())
//         return path;
//     return targetOf((0,node_path__WEBPACK_IMPORTED_MODULE_2__.resolve)((0,node_path__WEBPACK_IMPORTED_MODULE_2__.dirname)(path), (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.readlinkSync)(path)));
// }
// async function openOnce(path, waits, { clock, deadline }) {
//     const { O_WRONLY, O_APPEND, O_NONBLOCK, O_NOCTTY } = node_fs__WEBPACK_IMPORTED_MODULE_1__.constants;
//     for (;;) {
//         try {
//             return (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.openSync)(path, O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY);
//         }
//         catch (error) {
//             if (!waits || codeOf(error) !== 'ENXIO' || clock.now() >= deadline)
//                 throw error;
//         }
//         await clock.sleep(LOOK);
//     }
// }
// const toOpenFile = (file) => (document, { clock, deadline }) => guarded(async () => {
//     const bytes = Buffer.from(document);
//     for (let sent = 0; sent < bytes.length;) {
//         try {
//             sent += (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.writeSync)(file, bytes, sent);
//             continue;
//         }
//         catch (error) {
//             if (codeOf(error) !== 'EAGAIN' || clock.now() >= deadline)
//                 throw error;
//         }
//         await clock.sleep(LOOK);
//     }
//     (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.closeSync)(file);
// });
// function cleaned(temporary, action) {
//     try {
//         action();
//     }
//     finally {
//         (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.rmSync)(temporary, { force: true });
//     }
// }
// const codeOf = (error) => error.code;
// async function guarded(action) {
//     try {
//         return await action();
//     }
//     catch (error) {
//         if (!codeOf(error))
//             throw error;
//         throw new UnwritableOutput(codeOf(error));
//     }
// }
// 
// 
//  }),
// 
//  697:
//  ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
// 
//  __webpack_require__.d(__webpack_exports__, {
//    reportUnwritable: () => ( reportUnwritable)
//  });
//  var _output_file_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9326);
//  var _print_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3687);
// 
// 
// function reportUnwritable(error, consequence, code) {
//     if (!(error instanceof _output_file_js__WEBPACK_IMPORTED_MODULE_0__ .v))
//         throw error;
//     (0,_print_js__WEBPACK_IMPORTED_MODULE_1__ .cc)('nolapse-token: the output is not writable', `The file given with --output cannot be written (${error.message}). ${consequence}\n` +
//         'What to do: Choose a file in a folder that exists and is writable, on a disk that is not full. ' +
//         'A named pipe (ENXIO) needs a reader.');
//     return code;
// }
// 
// 
//  })
// 
// };
// ;
// chunk 832
// "use strict";
// exports.id = 832;
// exports.ids = [832,326,697];
// exports.modules = {
// 
//  7832:
//  ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
// 
// 
// __webpack_require__.d(__webpack_exports__, {
//   registerLint: () => ( registerLint)
// });
// 
// var esm = __webpack_require__(5109);
// var process_interruption = __webpack_require__(7680);
// var version = __webpack_require__(6303);
// var exit_codes = __webpack_require__(2293);
// var command = __webpack_require__(6190);
// var external_node_fs_ = __webpack_require__(3024);
// var external_node_module_ = __webpack_require__(8995);
// var external_node_path_ = __webpack_require__(6760);
// ;
// 
// 
// 
// function loadLint(own = process.argv[1]) {
//     if (!(0,external_node_path_.isAbsolute)(own))
//         return undefined;
//     const file = (0,external_node_path_.join)((0,external_node_path_.dirname)((0,external_node_fs_.existsSync)(own) ? (0,external_node_fs_.realpathSync)(own) : own), 'lint.js');
//     return (0,external_node_fs_.existsSync)(file) ? (0,external_node_module_.createRequire)(file)(file) : undefined;
// }
// 
// var output_file = __webpack_require__(9326);
// var output_place = __webpack_require__(8349);
// var print = __webpack_require__(3687);
// var unwritable = __webpack_require__(697);
// ;
// 
// 
// 
// 
// 
// 
// 
// 
// 
// 
// const FORMATS = ['text', 'json', 'sarif', 'github'];
// function registerLint(program, conclude, earlier, load = loadLint) {
//     program
//         .command('lint')
//         .summary('prove that no pull request can skip nolapse')
//         .description('Reads workflows and pipelines, and proves that a pull request can be merged only if nolapse ran for it and ' +
//         'passed. Otherwise, shows how a pull request can skip nolapse. Needs no token and no network.')
//         .argument('[path...]', 'files, or folders of repositories (default: the current folder)')
//         .option('--required-check <name>', 'a check that must pass before a merge; repeat it for more checks', collect)
//         .option('--github [repository]', "also check the repository's settings on GitHub, with your own gh: [HOST/]OWNER/REPO (default: the folder's remote)")
//         .option('--strict', 'also fail on what is not proven')
//         .addOption(new esm.c$('--format <format>', 'how to write the report').choices(FORMATS).default('text'))
//         .option('--output <file>', 'write the report to this file; - means standard output')
//         .addHelpText('after', AFTER)
//         .action(async (paths, options) => conclude(await run(paths, options, earlier, load)));
// }
// const collect = (name, names = []) => [...names, name];
// const PATIENCE = 90_000;
// async function run(paths, options, earlier, load) {
//     const interruption = new process_interruption._();
//     const { clock } = interruption;
//     const patience = { clock, deadline: clock.now() + PATIENCE };
//     const file = options.output && !(0,output_place.HT)(options.output) ? options.output : undefined;
//     let write = async (document) => (0,print.yy)(document);
//     try {
//         if (file) {
//             const writeFile = await (0,output_file.openOutput)(file, earlier.get(file), patience);
//             write = document => writeFile(`${document}\n`, patience);
//         }
//         const lint = load();
//         if (!lint) {
//             (0,print.cc)('nolapse-token: lint.js is missing', MISSING);
//             return exit_codes.d.usage;
//         }
//         const { requiredCheck: required = [], strict = false, format } = options;
//         const { exit, document, complaints, blind } = await lint.lint({
//             paths,
//             required,
//             strict,
//             format,
//             version: version.x,
//             github: options.github === undefined ? undefined : askWith(options.github),
//         });
//         if (complaints.length > 0)
//             (0,print.cc)('nolapse-token: wrong usage', complaints.join('\n\n'));
//         if (blind.length > 0)
//             (0,print.cc)('nolapse-token: nothing could be read from GitHub', blind.join('\n\n'));
//         await write(document);
//         return exit;
//     }
//     catch (error) {
//         return (0,unwritable.reportUnwritable)(error, 'The report is lost.', exit_codes.d.usage);
//     }
//     finally {
//         interruption.stopListening();
//     }
// }
// const askWith = (word) => ({
//     word: word === true ? undefined : word,
//     gh: (0,command.Zv)(['gh'])?.path,
//     git: (0,command.Zv)(['git'])?.path,
//     environment: process.env,
// });
// const MISSING = '`lint` needs the file lint.js in the folder of this program, and it is not there.\n' +
//     `What to do: Copy lint.js too, or run \`npx --yes @nolapse/token-action@${version.x} lint\`.`;
// const AFTER = `
// A folder is searched for .github/workflows/*.yml and *.yaml, for the same files
// of .forgejo and .gitea, and for .gitlab-ci.yml. Without --required-check, lint
// names the smallest set of checks to require.
// 
// Exit codes:
//   0  no errors; with --strict, nothing unproven either
//   2  wrong usage, or a file that is not a workflow
//   3  nothing could be read from GitHub, or a defect of ours
//   5  at least one error; with --strict, also if anything is unproven
//   128 + n  ended by signal n
// 
// Examples:
//   npx --yes @nolapse/token-action@${version.x} lint
//   npx --yes @nolapse/token-action@${version.x} lint --required-check verdict --strict
//   npx --yes @nolapse/token-action@${version.x} lint --format sarif --output lint.sarif
// 
// More: https://github.com/nolapse/token-action/blob/v1/docs/lint.md`;
// 
// 
//  }),
// 
//  6190:
//  ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
// 
//  __webpack_require__.d(__webpack_exports__, {
//    So: () => ( spawnable),
//    VK: () => ( canBeStarted),
//    Zv: () => ( findCommand),
//    e$: () => ( environmentWithout)
//  });
//  var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
//  var node_fs__WEBPACK_IMPORTED_MODULE_0___default = __webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
//  var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6760);
//  var node_path__WEBPACK_IMPORTED_MODULE_1___default = __webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_1__);
//  var _absolute_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(3235);
// 
// 
// 
// const WINDOWS_EXTENSIONS = ['.com', '.exe', '.bat', '.cmd'];
// const BATCH = /\.(bat|cmd)$/i;
// function findCommand([name, ...args], environment = process.env, windows = process.platform === 'win32') {
//     const folders = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.basename)(name) === name
//         ? (environment.PATH ?? environment.Path ?? '').split(node_path__WEBPACK_IMPORTED_MODULE_1__.delimiter).filter(node_path__WEBPACK_IMPORTED_MODULE_1__.isAbsolute)
//         : [''];
//     const complete = !windows || WINDOWS_EXTENSIONS.includes((0,node_path__WEBPACK_IMPORTED_MODULE_1__.extname)(name).toLowerCase());
//     for (const folder of folders)
//         for (const extension of complete ? [''] : WINDOWS_EXTENSIONS) {
//             const path = (0,_absolute_js__WEBPACK_IMPORTED_MODULE_2__ .y)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(folder, name + extension));
//             if (isExecutable(path))
//                 return { path, name, args, batch: windows && BATCH.test(path) };
//         }
//     return undefined;
// }
// function isExecutable(path) {
//     try {
//         (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.accessSync)(path, node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.X_OK);
//         return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.statSync)(path).isFile();
//     }
//     catch {
//         return false;
//     }
// }
// const UNQUOTABLE = /["%!^&|<>\r\n]/;
// const canBeStarted = ({ path, args, batch }) => !batch || ![path, ...args].some(word => UNQUOTABLE.test(word));
// function spawnable({ path, name, args, batch }, environment = process.env) {
//     if (!batch)
//         return { file: path, args, options: { argv0: name } };
//     const line = [path, ...args].map(word => `"${word}"`).join(' ');
//     return {
//         file: `${environment.SystemRoot ?? 'C:\\Windows'}\\System32\\cmd.exe`,
//         args: ['/d', '/s', '/c', `"${line}"`],
//         options: { windowsVerbatimArguments: true },
//     };
// }
// const environmentWithout = (session, environment, windows = process.platform === 'win32') => Object.fromEntries(Object.entries(environment).filter(([name, value]) => !SECRETS.includes(windows ? name.toUpperCase() : name) && !String(value).includes(session)));
// const SECRETS = ['NOLAPSE_TOKEN', 'NOLAPSE_SESSION_TOKEN'];
// 
// 
//  }),
// 
//  9326:
//  ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
// 
//  __webpack_require__.d(__webpack_exports__, {
//    openOutput: () => ( openOutput),
//    v: () => ( UnwritableOutput)
//  });
//  var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
//  var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = __webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
//  var node_fs__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3024);
//  var node_fs__WEBPACK_IMPORTED_MODULE_1___default = __webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_1__);
//  var node_path__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6760);
//  var node_path__WEBPACK_IMPORTED_MODULE_2___default = __webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_2__);
//  var _output_place_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(8349);
// 
// 
// 
// 
// class UnwritableOutput extends Error {
// }
// const LOOK = 20;
// async function openOutput(path, mode, patience) {
//     return guarded(async () => {
//         const file = (0,_output_place_js__WEBPACK_IMPORTED_MODULE_3__ .nb)(path);
//         if (file !== undefined && (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.fstatSync)(file).isFile())
//             return toOpenFile(file);
//         const there = (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.statSync)(path, { throwIfNoEntry: false });
//         if (!there || there.isFile())
//             return toFile(path, mode ?? there?.mode);
//         if (there.isDirectory())
//             throw Object.assign(new Error(), { code: 'EISDIR' });
//         return toOpenFile(await openOnce(path, there.isFIFO() && file === undefined, patience));
//     });
// }
// function toFile(path, mode) {
//     const target = targetOf(path);
//     const temporary = (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)((0,node_path__WEBPACK_IMPORTED_MODULE_2__.dirname)(target), `.nolapse-${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomUUID)()}.tmp`);
//     const create = (content) => (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.writeFileSync)(temporary, content, { flag: 'wx' });
//     cleaned(temporary, () => create('\n'));
//     (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.rmSync)(target, { force: true });
//     return document => guarded(async () => cleaned(temporary, () => {
//         create(document);
//         if (mode !== undefined)
//             (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.chmodSync)(temporary, mode);
//         (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.renameSync)(temporary, target);
//     }));
// }
// function targetOf(path) {
//     if (!(0,node_fs__WEBPACK_IMPORTED_MODULE_1__.lstatSync)(path, { throwIfNoEntry: false })?.isSymbolicLink())
//         return path;
//     return targetOf((0,node_path__WEBPACK_IMPORTED_MODULE_2__.resolve)((0,node_path__WEBPACK_IMPORTED_MODULE_2__.dirname)(path), (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.readlinkSync)(path)));
// }
// async function openOnce(path, waits, { clock, deadline }) {
//     const { O_WRONLY, O_APPEND, O_NONBLOCK, O_NOCTTY } = node_fs__WEBPACK_IMPORTED_MODULE_1__.constants;
//     for (;;) {
//         try {
//             return (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.openSync)(path, O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY);
//         }
//         catch (error) {
//             if (!waits || codeOf(error) !== 'ENXIO' || clock.now() >= deadline)
//                 throw error;
//         }
//         await clock.sleep(LOOK);
//     }
// }
// const toOpenFile = (file) => (document, { clock, deadline }) => guarded(async () => {
//     const bytes = Buffer.from(document);
//     for (let sent = 0; sent < bytes.length;) {
//         try {
//             sent += (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.writeSync)(file, bytes, sent);
//             continue;
//         }
//         catch (error) {
//             if (codeOf(error) !== 'EAGAIN' || clock.now() >= deadline)
//                 throw error;
//         }
//         await clock.sleep(LOOK);
//     }
//     (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.closeSync)(file);
// });
// function cleaned(temporary, action) {
//     try {
//         action();
//     }
//     finally {
//         (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.rmSync)(temporary, { force: true });
//     }
// }
// const codeOf = (error) => error.code;
// async function guarded(action) {
//     try {
//         return await action();
//     }
//     catch (error) {
//         if (!codeOf(error))
//             throw error;
//         throw new UnwritableOutput(codeOf(error));
//     }
// }
// 
// 
//  }),
// 
//  697:
//  ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
// 
//  __webpack_require__.d(__webpack_exports__, {
//    reportUnwritable: () => ( reportUnwritable)
//  });
//  var _output_file_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9326);
//  var _print_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(3687);
// 
// 
// function reportUnwritable(error, consequence, code) {
//     if (!(error instanceof _output_file_js__WEBPACK_IMPORTED_MODULE_0__ .v))
//         throw error;
//     (0,_print_js__WEBPACK_IMPORTED_MODULE_1__ .cc)('nolapse-token: the output is not writable', `The file given with --output cannot be written (${error.message}). ${consequence}\n` +
//         'What to do: Choose a file in a folder that exists and is writable, on a disk that is not full. ' +
//         'A named pipe (ENXIO) needs a reader.');
//     return code;
// }
// 
// 
//  })
// 
// };
// ;
// chunk 845
// "use strict";
// exports.id = 845;
// exports.ids = [845];
// exports.modules = {
// 
//  3845:
//  ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
// 
// 
// __webpack_require__.d(__webpack_exports__, {
//   adviseHere: () => ( adviseHere),
//   explainDefect: () => ( explainDefect)
// });
// 
// var explain = __webpack_require__(2893);
// var message = __webpack_require__(7785);
// ;
// 
// 
// const MOST_CAUSES = 3;
// function advise(verdict, situation, hints, outcome) {
//     const explained = (0,explain.W)(verdict, situation);
//     const remedy = [hints.remedy ?? explained.remedy, hints.addition].filter(Boolean).join(' ');
//     const causes = [...explained.causes, ...hints.causes].slice(0, MOST_CAUSES);
//     if (outcome === undefined)
//         return { what: explained.what, causes, remedy };
//     return {
//         what: `${outcome}\n${explained.what}`,
//         causes,
//         remedy: afterPassing(verdict.reason, remedy, hints),
//     };
// }
// function afterPassing(reason, remedy, { noTokenHere }) {
//     if (noTokenHere)
//         return 'Nothing. nolapse runs locally, without a token.';
//     return reason === 'missing'
//         ? `Nothing, if this run needs no token. Otherwise, ${(0,message.sb)(remedy)}`
//         : 'Nothing, if later steps can run without a validated token. Otherwise, re-run the job later.';
// }
// 
// ;
// const NONE = { causes: [] };
// const isAnotherValue = (verdict) => verdict.reason === 'malformed' && ['prefix', 'assignment', 'several-lines', 'json'].includes(verdict.flaw);
// const isNotReplaced = (verdict) => verdict.reason === 'malformed' && ['variable', 'expression'].includes(verdict.flaw);
// 
// ;
// 
// function hintsOnBitbucket(verdict) {
//     switch (verdict.reason) {
//         case 'missing':
//             return {
//                 causes: [
//                     'The variable does not exist here, or its name is misspelt.',
//                     'It is the variable of a deployment, and the step has no `deployment:`.',
//                     'The pipeline is for a pull request from a fork, and such pipelines get no secured variables.',
//                 ],
//                 remedy: 'Add the secured variable NOLAPSE_TOKEN under Repository settings \u2192 Repository variables.',
//             };
//         case 'malformed':
//             return {
//                 causes: [],
//                 ...(isNotReplaced(verdict) && {
//                     remedy: 'Store the token itself in the secured variable NOLAPSE_TOKEN.',
//                 }),
//                 addition: 'The variable is under Repository settings \u2192 Repository variables.',
//             };
//         case 'invalid':
//         case 'wrong-org':
//             return {
//                 causes: [
//                     "A deployment's variable overrides the repository's of the same name, and that overrides the workspace's.",
//                 ],
//             };
//         default:
//             return NONE;
//     }
// }
// 
// ;
// function forkOf({ eventName, payload }) {
//     if (eventName === 'pull_request_target')
//         return undefined;
//     const pull = payload.pull_request;
//     if (!pull)
//         return payload.repository?.fork === true ? 'repository' : undefined;
//     const { head, base } = pull;
//     if (head?.repo === null)
//         return 'pull-request';
//     const differs = ['id', 'full_name', 'fork'].some(field => {
//         const [one, other] = [head?.repo?.[field], base?.repo?.[field]];
//         return one !== undefined && other !== undefined && one !== other;
//     });
//     return differs ? 'pull-request' : undefined;
// }
// 
// ;
// 
// 
// const SECRETS = 'Settings \u2192 Actions \u2192 Secrets';
// const PASS_IT = '`with: token: ${{ secrets.NOLAPSE_TOKEN }}`';
// const FORK = {
//     causes: ['This pull request comes from a fork. The server gives it no secrets.'],
//     remedy: 'Set `tolerate: missing`. The step then passes, and nolapse runs locally, without a token.',
//     noTokenHere: true,
// };
// const IN_A_FORK = {
//     causes: ['This repository is a fork. It does not have the secrets of the original repository.'],
//     remedy: `In your fork, set \`tolerate: missing\`, or add your own NOLAPSE_TOKEN under ${SECRETS} and pass it with ${PASS_IT}.`,
//     noTokenHere: true,
// };
// const NOT_EXPANDED = {
//     causes: ['Under `with:` and `env:`, the runner does not replace `$NAME`. It replaces `${{ \u2026 }}` only.'],
//     remedy: `Write ${PASS_IT}. The secret itself is under ${SECRETS}.`,
// };
// const NOT_HERE = {
//     causes: [
//         'The secret does not exist in this repository or its organisation, or its name is misspelt.',
//         'The job is in a reusable workflow, and its caller passes neither this secret nor `secrets: inherit`.',
//     ],
//     remedy: `Add the secret NOLAPSE_TOKEN under ${SECRETS}, and pass it to this step: ${PASS_IT}.`,
// };
// const STORE = { causes: [], addition: `The secret is under ${SECRETS}.` };
// const OVERRIDDEN = {
//     causes: ['A repository secret overrides a secret of the same name of its organisation or user.'],
// };
// function hintsOnForgejo(verdict, run) {
//     switch (verdict.reason) {
//         case 'missing': {
//             if (verdict.absence === 'unexpanded')
//                 return NOT_EXPANDED;
//             const fork = run && forkOf(run);
//             if (fork)
//                 return fork === 'pull-request' ? FORK : IN_A_FORK;
//             return NOT_HERE;
//         }
//         case 'malformed':
//             return STORE;
//         case 'invalid':
//         case 'wrong-org':
//             return OVERRIDDEN;
//         default:
//             return NONE;
//     }
// }
// 
// ;
// 
// 
// const github_SECRETS = 'Settings \u2192 Secrets and variables \u2192 Actions';
// const github_PASS_IT = '`with: token: ${{ secrets.NOLAPSE_TOKEN }}`';
// const github_FORK = {
//     causes: ['This pull request comes from a fork. GitHub gives it no secrets.'],
//     remedy: 'Set `tolerate: missing`. The step then passes, and nolapse runs locally, without a token.',
//     noTokenHere: true,
// };
// const github_IN_A_FORK = {
//     causes: ['This repository is a fork. It does not have the secrets of the original repository.'],
//     remedy: `In your fork, set \`tolerate: missing\`, or add your own NOLAPSE_TOKEN under ${github_SECRETS} and pass it with ${github_PASS_IT}.`,
//     noTokenHere: true,
// };
// const DEPENDABOT = {
//     causes: ['Dependabot started this run. Its runs get secrets from a separate store.'],
//     remedy: `Add NOLAPSE_TOKEN under Settings \u2192 Secrets and variables \u2192 Dependabot. Keep ${github_PASS_IT}.`,
// };
// const github_NOT_EXPANDED = {
//     causes: ['Under `with:` and `env:`, GitHub does not replace `$NAME`. It replaces `${{ \u2026 }}` only.'],
//     remedy: `Write ${github_PASS_IT}. The secret itself is under ${github_SECRETS}.`,
// };
// const github_NOT_HERE = {
//     causes: [
//         'The secret does not exist here: its name is misspelt, or it is an organisation secret that this repository cannot use.',
//         'The job is in a reusable workflow, and its caller passes neither this secret nor `secrets: inherit`.',
//         'It is an environment secret, and the job has no `environment:`.',
//     ],
//     remedy: `Add the secret NOLAPSE_TOKEN under ${github_SECRETS}, and pass it to this step: ${github_PASS_IT}.`,
// };
// const github_STORE = {
//     causes: [],
//     addition: '`gh secret set NOLAPSE_TOKEN` asks for the token without showing it.',
// };
// const github_OVERRIDDEN = {
//     causes: ['A repository secret overrides an organisation secret of the same name.'],
// };
// function hintsOnGitHub(verdict, run) {
//     switch (verdict.reason) {
//         case 'missing':
//             return whyMissing(verdict.absence === 'unexpanded', run);
//         case 'malformed':
//             return github_STORE;
//         case 'invalid':
//         case 'wrong-org':
//             return github_OVERRIDDEN;
//         default:
//             return NONE;
//     }
// }
// function whyMissing(unexpanded, run) {
//     if (unexpanded)
//         return github_NOT_EXPANDED;
//     const fork = run && forkOf(run);
//     if (fork)
//         return fork === 'pull-request' ? github_FORK : github_IN_A_FORK;
//     return run?.actor === 'dependabot[bot]' ? DEPENDABOT : github_NOT_HERE;
// }
// 
// ;
// 
// const VARIABLES = 'Settings \u2192 CI/CD \u2192 Variables';
// const gitlab_FORK = {
//     causes: ["This pipeline runs in a fork, which does not have this project's variables."],
//     remedy: 'Add `--tolerate missing`. The job then passes, and nolapse runs locally, without a token.',
//     noTokenHere: true,
// };
// const LITERAL = '.gitlab-ci.yml has `NOLAPSE_TOKEN: $NOLAPSE_TOKEN` under `variables:`. If the project has no such variable, the job gets that text.';
// const PROTECTED = 'The variable is protected, and this branch or tag is not.';
// const gitlab_NOT_HERE = [
//     'The variable does not exist here: its name is misspelt, or it belongs to a group that the project is not in.',
//     'The variable is limited to an environment, and the job has no `environment:`.',
// ];
// const ADD = `Add the variable NOLAPSE_TOKEN under ${VARIABLES}. Project variables reach every job by themselves.`;
// const REMOVE = `Remove that line from .gitlab-ci.yml, and add the variable NOLAPSE_TOKEN under ${VARIABLES}.`;
// function hintsOnGitLab(verdict, env) {
//     switch (verdict.reason) {
//         case 'missing': {
//             if (isFromFork(env))
//                 return gitlab_FORK;
//             const literal = verdict.absence === 'unexpanded';
//             const causes = [
//                 ...(literal ? [LITERAL] : []),
//                 ...(env.CI_COMMIT_REF_PROTECTED === 'true' ? [] : [PROTECTED]),
//                 ...gitlab_NOT_HERE,
//             ];
//             return { causes, remedy: literal ? REMOVE : ADD };
//         }
//         case 'malformed':
//             return {
//                 causes: isAnotherValue(verdict)
//                     ? [
//                         'The variable has the type File, and the job gets the path of a file. Change the type to Variable.',
//                     ]
//                     : [],
//                 ...(isNotReplaced(verdict) && {
//                     remedy: 'Store the token itself in the variable, and remove any line that sets NOLAPSE_TOKEN in .gitlab-ci.yml.',
//                 }),
//                 addition: `The variable is under ${VARIABLES}.`,
//             };
//         case 'invalid':
//         case 'wrong-org':
//             return {
//                 causes: [
//                     "A project's variable overrides its group's variable of the same name, and a pipeline's variable overrides both.",
//                 ],
//             };
//         default:
//             return NONE;
//     }
// }
// const isFromFork = (env) => env.CI_MERGE_REQUEST_SOURCE_PROJECT_ID !== undefined &&
//     env.CI_MERGE_REQUEST_SOURCE_PROJECT_ID !== env.CI_MERGE_REQUEST_PROJECT_ID;
// 
// ;
// 
// const BIND = "In the Jenkinsfile, bind the credential: `environment { NOLAPSE_TOKEN = credentials('NOLAPSE_TOKEN') }`. " +
//     'The credential is of the kind "Secret text".';
// function hintsOnJenkins(verdict) {
//     switch (verdict.reason) {
//         case 'missing':
//             return {
//                 causes: [
//                     'The step is outside the block that binds the credential, or binds it to a variable of another name.',
//                     'The step runs in a container or through sudo, and the variable is not passed on.',
//                 ],
//                 remedy: BIND,
//             };
//         case 'malformed':
//             if (isNotReplaced(verdict))
//                 return { causes: [], remedy: BIND };
//             return isAnotherValue(verdict)
//                 ? {
//                     causes: [
//                         'The credential is not of the kind "Secret text": "Username with password" gives user:password, "Secret file" gives a path.',
//                     ],
//                 }
//                 : NONE;
//         case 'invalid':
//         case 'wrong-org':
//             return { causes: ["A folder's credential overrides a global credential of the same ID."] };
//         default:
//             return NONE;
//     }
// }
// 
// ;
// const isForgejoOrGitea = (env) => Boolean(env.GITEA_ACTIONS || env.FORGEJO_ACTIONS);
// 
// ;
// 
// function hintsInTerminal(verdict) {
//     switch (verdict.reason) {
//         case 'missing':
//             return {
//                 causes: [
//                     'The variable is set, but not exported.',
//                     'sudo, a container or another shell does not pass it on.',
//                 ],
//                 remedy: 'Set NOLAPSE_TOKEN: `read -rs NOLAPSE_TOKEN && export NOLAPSE_TOKEN` asks for it without showing it. ' +
//                     'In a CI system, store it as a secret variable.',
//             };
//         case 'malformed':
//             return { causes: [], addition: '`read -rs NOLAPSE_TOKEN` asks for the token without showing it.' };
//         case 'invalid':
//         case 'wrong-org':
//             return { causes: ['The shell still has an old token, from a start-up file or an .env file.'] };
//         default:
//             return NONE;
//     }
// }
// 
// ;
// 
// 
// 
// 
// 
// 
// 
// function hintsFor(verdict, env) {
//     if (env.GITLAB_CI)
//         return hintsOnGitLab(verdict, env);
//     if (env.JENKINS_URL || env.BUILD_TAG)
//         return hintsOnJenkins(verdict);
//     if (env.BITBUCKET_BUILD_NUMBER)
//         return hintsOnBitbucket(verdict);
//     if (isForgejoOrGitea(env))
//         return hintsOnForgejo(verdict);
//     if (env.GITHUB_ACTIONS)
//         return hintsOnGitHub(verdict);
//     return hintsInTerminal(verdict);
// }
// 
// var options = __webpack_require__(5729);
// ;
// 
// 
// 
// 
// 
// const adviseHere = (verdict, situation, outcome) => (0,message.b6)(advise(verdict, situation, hintsFor(verdict, process.env), outcome), verdict.reason);
// const explainDefect = (defect) => (0,message.b6)((0,explain.W)({ reason: 'internal-error', defect }, (0,message._7)([], (0,options.W6)({}))), 'internal-error');
// 
// 
//  })
// 
// };
// ;
// chunk 893
// "use strict";
// exports.id = 893;
// exports.ids = [893];
// exports.modules = {
// 
//  5349:
//  ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
// 
//  __webpack_require__.d(__webpack_exports__, {
//    Vb: () => ( nameOf),
//    h5: () => ( status),
//    q0: () => ( describe)
//  });
//  var node_http__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7067);
//  var node_http__WEBPACK_IMPORTED_MODULE_0___default = __webpack_require__.n(node_http__WEBPACK_IMPORTED_MODULE_0__);
// 
// function describe(cause) {
//     if (cause.kind === 'status')
//         return status(cause.status);
//     switch (cause.fault) {
//         case 'timed-out':
//             return `no answer within ${Number((cause.limit / 1000).toFixed(1))} s`;
//         case 'proxy':
//             return `the proxy refused with ${status(cause.status)} (${placeOf(cause.proxy)})`;
//         case 'unreachable': {
//             const what = CODES[cause.code] ?? `the connection failed (${cause.code})`;
//             if (!cause.proxy)
//                 return what;
//             const proxy = cause.code === 'ENOTFOUND' ? "the proxy's host name does not exist" : `the proxy failed: ${what}`;
//             return `${proxy} (${placeOf(cause.proxy)})`;
//         }
//     }
// }
// const placeOf = ({ variable, host }) => `${host}, from ${variable}`;
// const nameOf = (proxy) => `the proxy (${placeOf(proxy)})`;
// const CODES = {
//     ECONNREFUSED: 'connection refused',
//     ECONNRESET: 'connection cut off',
//     EPIPE: 'connection cut off',
//     HPE_INVALID_EOF_STATE: 'connection cut off',
//     ENOTFOUND: 'the host name does not exist',
//     EAI_AGAIN: 'the name server does not answer',
//     ETIMEDOUT: 'no connection in time',
//     EHOSTUNREACH: 'the host is unreachable',
//     ENETUNREACH: 'the network is unreachable',
// };
// const status = (code) => `${code} ${node_http__WEBPACK_IMPORTED_MODULE_0__.STATUS_CODES[code] ?? ''}`.trim();
// 
// 
//  }),
// 
//  2893:
//  ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
// 
// 
// __webpack_require__.d(__webpack_exports__, {
//   W: () => ( explain)
// });
// 
// ;
// const UNITS = [
//     [1_000, 's', 120],
//     [60_000, 'min', 120],
//     [3_600_000, 'h', 48],
//     [86_400_000, 'days', 365],
// ];
// function duration(milliseconds) {
//     for (const [size, unit, most] of UNITS) {
//         const count = Math.ceil(milliseconds / size);
//         if (count <= most)
//             return `${count} ${unit}`;
//     }
//     return 'more than a year';
// }
// 
// var message = __webpack_require__(7785);
// ;
// 
// const internalError = (defect) => ({
//     what: `nolapse/token-action itself failed (${defect}). Your token is not the cause.`,
//     causes: [],
//     remedy: `Re-run the job. If it keeps failing, report it, with this message, at ${message.yZ}/issues.`,
// });
// 
// var neutralise = __webpack_require__(3230);
// ;
// 
// 
// const invalid = (said, { host, setting }) => ({
//     what: `The platform at ${host} rejected the token.${said && ` It says: "${(0,neutralise.$)(said)}".`}`,
//     causes: [
//         'The token was revoked, or it was rotated and its grace period has ended.',
//         `The token belongs to a different platform than the one in ${setting('api-url')}.`,
//     ],
//     remedy: `If the token is less than a minute old, re-run the job: a new token can take a minute to work. Otherwise, ${(0,message.sb)(message.lY)}`,
// });
// 
// var contract = __webpack_require__(9570);
// ;
// 
// 
// const AGAIN = 'Store the token again, exactly as nolapse showed it.';
// const FLAWS = {
//     'byte-order-mark': [
//         'it starts with a byte order mark, which some editors and shells write at the start of a file',
//         `${AGAIN} Paste it, or pipe it with \`printf %s\`.`,
//     ],
//     'line-break': [
//         'it has a line break at its start or end',
//         `${AGAIN} In a shell, use \`printf %s\`: \`echo\` adds a line break.`,
//     ],
//     'several-lines': ['it has several lines', `${AGAIN} The stored value is a whole file, or several values.`],
//     'white-space': ['it has white space in it', AGAIN],
//     quotes: ['it has quotes around it', `${AGAIN} Leave the quotes out: they are stored too.`],
//     bearer: [
//         'it starts with the name of an authentication scheme, such as Bearer',
//         `${AGAIN} Leave that word out.`,
//     ],
//     assignment: ['it is an assignment, such as NAME=value', `${AGAIN} Store only what follows the =.`],
//     separator: ['it ends with a comma or a semicolon', `${AGAIN} Leave that character out.`],
//     escape: [
//         'it has an escape sequence in it, such as \\n written as two characters',
//         `${AGAIN} Leave it out: a token has no line break.`,
//     ],
//     base64: ['it is a token in base64', 'Store the token itself, as nolapse showed it, not in base64.'],
//     expression: [
//         'it is a workflow expression that was not evaluated: ${{ \u2026 }} as text',
//         'Write the expression under `with:` or `env:` of a workflow. It is not evaluated in a script, a file or a secret.',
//     ],
//     variable: [
//         'it is the name of a variable, or a command, that was not replaced by its value',
//         'Pass the value itself. In a workflow, write `${{ secrets.NOLAPSE_TOKEN }}`.',
//     ],
//     masked: [
//         'it is a row of asterisks, which logs show instead of a secret',
//         `A token cannot be copied from a log. ${message.lY}`,
//     ],
//     json: ['it is JSON', `${AGAIN} In the platform's answer, only the field "secret" is the token.`],
//     invisible: [
//         'it has characters in it that are invisible or not ASCII',
//         `${AGAIN} Copy it from nolapse, not from a document or a chat.`,
//     ],
//     'prefix-case': ['its prefix nlp_ is not in lower case', AGAIN],
//     prefix: ['it does not start with nlp_', AGAIN],
//     'before-v0.2.0': ['it was issued before v0.2.0 of nolapse, and such tokens no longer work', message.lY],
//     'upper-case': ['it has upper-case letters', `${AGAIN} After nlp_, a token has only 0-9 and a-f.`],
//     'too-short': ['it is too short', `${AGAIN} Part of it was not copied.`],
//     'too-long': ['it is too long', `${AGAIN} Something was added to it, or it was pasted twice.`],
//     characters: ['it has characters that no token has', `${AGAIN} After nlp_, a token has only 0-9 and a-f.`],
// };
// const LENGTH_TELLS = new Set(['prefix', 'too-short', 'too-long']);
// function malformed(flaw, length) {
//     const vendor = /^vendor:(.*)/.exec(flaw)?.[1];
//     const [what, remedy] = vendor
//         ? [`it looks like a token of ${vendor}`, 'Store the nolapse token instead. It starts with nlp_.']
//         : FLAWS[flaw];
//     const size = LENGTH_TELLS.has(flaw)
//         ? ` (It has ${length === 1 ? '1 character' : `${length} characters`}; a token has ${contract.Fj}.)`
//         : '';
//     return {
//         what: `The value given as NOLAPSE_TOKEN is not a nolapse token: ${what}.${size}`,
//         causes: [],
//         remedy,
//     };
// }
// 
// ;
// 
// const misconfigured = (problems, { setting }) => ({
//     what: problems
//         .map(({ subject, says }) => (0,message.em)(`${setting(subject)} ${says}`))
//         .map(text => text.replace(/\{([a-z-]+)\}/g, (_, name) => setting(name)))
//         .join('\n'),
//     causes: [],
//     remedy: 'Fix what is named above. Nothing was sent to the platform.',
// });
// 
// ;
// const missing = (absence) => ({
//     what: ABSENCES[absence],
//     causes: [],
//     remedy: 'Store your nolapse token in the secret store of your CI system, as NOLAPSE_TOKEN.',
// });
// const ABSENCES = {
//     unset: 'There is no nolapse token: NOLAPSE_TOKEN is not set, or it is empty.',
//     blank: 'There is no nolapse token: the value has only white space in it.',
//     unexpanded: 'There is no nolapse token: the value is only the name of a variable, such as $NAME.',
// };
// 
// var passed = __webpack_require__(1952);
// ;
// 
// const missingScope = (lacking, granted, { setting }) => ({
//     what: `The token is valid, but it lacks a required scope: ${(0,passed.K)(lacking)}. It has: ${(0,passed.K)(granted)}.`,
//     causes: [],
//     remedy: `Create a token with that scope and store it as NOLAPSE_TOKEN, or correct ${setting('required-scopes')}. A token's scopes never change.`,
// });
// 
// var describe = __webpack_require__(5349);
// ;
// 
// function unavailable(cause, { host, seconds, setting }) {
//     const again = `Try again later. To wait out a longer outage, raise ${setting('timeout-seconds')}. To continue without a validated token, add unavailable to ${setting('tolerate')}.`;
//     const message = (causes, remedy = again) => ({
//         what: `The platform at ${host} gave no usable answer: ${(0,describe.q0)(cause)}. (The limit is ${seconds} s.)`,
//         causes,
//         remedy,
//     });
//     if (cause.kind === 'status') {
//         if (cause.status === 429)
//             return message(['Many jobs validate the same token at once.'], `${again} Use one gate job for all jobs: it asks only once.`);
//         return message(['The platform, or a proxy before it, is down or overloaded.'], again);
//     }
//     if ('proxy' in cause && cause.proxy) {
//         const { variable } = cause.proxy;
//         if (cause.fault === 'proxy')
//             return message(['The proxy cannot reach the platform, or is overloaded.'], `Check the proxy named in ${variable}. ${WITHOUT}`);
//         if (cause.code === 'ENOTFOUND')
//             return message([`The host name in ${variable} is misspelt, or known only inside another network.`], `Correct ${variable}, or unset it if this machine needs no proxy.`);
//         return message(['The proxy is down, or a firewall is in the way.'], `Check the proxy named in ${variable}. ${WITHOUT}`);
//     }
//     if (cause.fault === 'unreachable' && cause.code === 'ENOTFOUND')
//         return message([
//             `The host name in ${setting('api-url')} is misspelt, or known only inside another network.`,
//             'A proxy is needed to reach it.',
//         ], `Correct ${setting('api-url')}, or set https_proxy.`);
//     return message(['The platform is down.', 'A firewall is in the way, or a proxy is needed to reach it.']);
// }
// const WITHOUT = 'If this machine can reach the platform without a proxy, add its host to no_proxy.';
// 
// ;
// 
// 
// 
// function unexpectedResponse(surprise, { host, setting }) {
//     const apiUrl = setting('api-url');
//     const unexpected = (what, cause, remedy) => ({
//         what: `The server at ${host} does not answer like the nolapse API: ${what}.`,
//         causes: [(0,message.em)(cause)],
//         remedy,
//     });
//     switch (surprise.kind) {
//         case 'redirect':
//             return unexpected(`it redirects (${(0,describe.h5)(surprise.status)}), and the token is not sent to another place`, `${apiUrl} has http:// instead of https://, or an old host name, or the platform is behind a sign-in page.`, `Set ${apiUrl} to the platform's current address.`);
//         case 'html':
//             return unexpected(`it sent an HTML page (${(0,describe.h5)(surprise.status)}), as a proxy, a captive portal or a sign-in page does`, 'Something between this machine and the platform answers instead of it.', `Allow connections to ${host} in the proxy or the firewall, and check ${apiUrl}.`);
//         case 'not-json':
//             return unexpected(`its answer (${(0,describe.h5)(surprise.status)}) is not JSON`, `${apiUrl} points to another service, or something on the way changes the answer.`, `Check ${apiUrl}, and any proxy between this machine and the platform.`);
//         case 'too-large':
//             return unexpected(`its answer (${(0,describe.h5)(surprise.status)}) is longer than 64 KiB`, `${apiUrl} points to another service.`, `Check ${apiUrl}.`);
//         case 'proxy':
//             return explainProxy(surprise, host);
//         case 'handshake':
//             return explainHandshake(surprise, host, apiUrl);
//         case 'not-http':
//             if (surprise.proxy)
//                 return {
//                     what: `${(0,message.em)((0,describe.Vb)(surprise.proxy))} does not speak HTTP (${surprise.code}). The token was not sent.`,
//                     causes: [
//                         `${surprise.proxy.variable} has https:// for a proxy with http://, or the reverse, or the port of another service.`,
//                     ],
//                     remedy: `Correct the scheme or the port in ${surprise.proxy.variable}.`,
//                 };
//             return unexpected(`it does not speak HTTP there (${surprise.code})`, `${apiUrl} has https:// for a server with http://, or the reverse, or the port of another service.`, `Correct the scheme or the port in ${apiUrl}.`);
//         case 'field':
//             return unexpected(`in its answer, ${surprise.field} ${WRONG[surprise.wrong]}`, 'The versions of the platform and this gate do not match, or another service answers.', `Update both, and check ${apiUrl}.`);
//         case 'status':
//             return explainStatus(surprise, unexpected, apiUrl);
//     }
// }
// function explainProxy({ status: code, proxy, schemes }, host) {
//     const { variable } = proxy;
//     const rejects = (cause, remedy) => ({
//         what: `${(0,message.em)((0,describe.Vb)(proxy))} rejects the request: ${(0,describe.h5)(code)}. The token was not sent.`,
//         causes: [cause],
//         remedy,
//     });
//     if (code === 407 && schemes.length > 0 && !schemes.includes('Basic'))
//         return rejects(`The proxy offers only ${schemes.join(' and ')}, and this gate supports only Basic.`, `Have the proxy accept Basic for this machine, or run a local proxy that signs in for you (such as cntlm or px), and set ${variable} to that.`);
//     if (code === 407)
//         return rejects(`${variable} has no user name and password, or the proxy does not accept them.`, `Set ${variable} to a URL like http://user:password@proxy.example.com:3128, with special characters percent-encoded.`);
//     if (code === 401 || code === 403)
//         return rejects(`The proxy does not allow connections to ${host}.`, `Have ${host} allowed on the proxy. If this machine can reach the platform without a proxy, add its host to no_proxy.`);
//     return rejects('The server there is not a proxy, or it does not support CONNECT.', `Correct ${variable}: it needs the scheme, host and port of the proxy.`);
// }
// function explainHandshake({ code, proxy }, host, apiUrl) {
//     const peer = proxy ? (0,describe.Vb)(proxy) : host;
//     const place = proxy ? proxy.variable : apiUrl;
//     const failed = (cause, remedy) => ({
//         what: `The TLS handshake with ${peer} failed (${code}). No request was accepted.`,
//         causes: [cause],
//         remedy,
//     });
//     if (/PROTOCOL|VERSION/.test(code))
//         return failed('The server supports only TLS 1.1 or older.', 'Turn on TLS 1.2 or 1.3 there. Older versions are not safe for a token.');
//     if (/UNRECOGNIZED_NAME/.test(code))
//         return failed(`The server that answers has no site with the host name in ${place}.`, `Check the host name in ${place}, and the TLS configuration of the server or load balancer.`);
//     if (/CERTIFICATE/.test(code))
//         return failed(CLIENT_CERTIFICATE, WITHOUT_CERTIFICATE);
//     return failed('The server requires a client certificate, which this gate does not have, or TLS settings that Node.js does not support.', WITHOUT_CERTIFICATE);
// }
// const CLIENT_CERTIFICATE = 'The server requires a client certificate, which this gate does not have.';
// const WITHOUT_CERTIFICATE = 'Let this machine reach POST /v1/auth/validate without a client certificate. `openssl s_client -connect HOST:443` shows the handshake.';
// const WRONG = {
//     missing: 'is missing',
//     type: 'has the wrong type',
//     characters: 'has characters that it must not have',
//     token: 'repeats a part of the token',
//     other: 'is not the ID that was requested',
//     old: 'is that of the old token',
// };
// function explainStatus({ status: code, html, said }, unexpected, apiUrl) {
//     const words = said ? ` and says "${(0,neutralise.$)(said)}"` : '';
//     const what = `it answered ${(0,describe.h5)(code)}${html ? ', with an HTML page' : ''}${words}`;
//     if (code === 404 || code === 405 || code === 501)
//         return unexpected(what, `${apiUrl} is not the base URL of a nolapse platform, or that platform does not have the validation endpoint yet.`, `Check ${apiUrl}, and update a self-hosted platform. The cloud may not offer validation yet.`);
//     if (code === 407)
//         return unexpected(what, 'A proxy on the way asks for a user name and password.', "Set https_proxy to that proxy's URL, with the user name and password.");
//     if (code === 403)
//         return unexpected(what, 'A firewall or proxy on the way blocks the request.', 'Allow this machine to send POST /v1/auth/validate to the platform.');
//     return unexpected(what, `${apiUrl} names another service, or the versions of the platform and this gate do not match.`, `Check ${apiUrl}, and update both.`);
// }
// 
// var external_node_fs_ = __webpack_require__(3024);
// ;
// 
// function flawOfExtraAuthorities() {
//     const value = process.env.NODE_EXTRA_CA_CERTS;
//     if (!value)
//         return 'unset';
//     if (value.includes('-----BEGIN'))
//         return 'content';
//     let content;
//     try {
//         if (!(0,external_node_fs_.statSync)(value).isFile())
//             return 'not-a-file';
//         content = (0,external_node_fs_.readFileSync)(value, 'latin1');
//     }
//     catch (error) {
//         if (/^["'`]|["'`]$/.test(value))
//             return 'quotes';
//         if (/^~|\$/.test(value))
//             return 'unexpanded';
//         return /^(ENOENT|ENOTDIR|ENAMETOOLONG)$/.test(String(error.code))
//             ? 'no-file'
//             : 'unreadable';
//     }
//     if (/-----BEGIN (X509 |TRUSTED )?CERTIFICATE-----/.test(content))
//         return 'none';
//     return content.startsWith('\x30\x82') ? 'der' : 'no-certificate';
// }
// 
// ;
// 
// 
// function untrusted(code, host, proxy) {
//     const [causes, remedy] = explainCode(code, proxy ? 'the proxy' : 'the platform');
//     return {
//         what: proxy
//             ? `The certificate of ${(0,describe.Vb)(proxy)} cannot be verified (${code}). Neither the proxy's password nor the token was sent.`
//             : `The certificate of ${host} cannot be verified (${code}). The token was not sent.`,
//         causes,
//         remedy: `${remedy} Never switch the verification off.`,
//     };
// }
// function explainCode(code, peer) {
//     if (/EXPIRED|NOT_YET/.test(code))
//         return [
//             [`The certificate of ${peer} has expired or is not valid yet.`, 'The clock of this machine is wrong.'],
//             `Have the certificate of ${peer} renewed, and check this machine's clock.`,
//         ];
//     if (/ALTNAME|HOSTNAME/.test(code))
//         return [
//             [
//                 'The certificate was issued for another host than the one in the URL.',
//                 'Another server answers at that address.',
//             ],
//             'Use a host name that is in the certificate.',
//         ];
//     if (!UNKNOWN_AUTHORITY.test(code))
//         return [
//             [
//                 'The certificate, or one of its authorities, is too weak (SHA-1, a short key), or breaks a rule of its own (a name constraint, an unknown critical extension).',
//             ],
//             `Have the certificate of ${peer} replaced. \`openssl verify -x509_strict\` says what is wrong with it.`,
//         ];
//     const flaw = flawOfExtraAuthorities();
//     const own = `The certificate of ${peer} is from a private authority, or a proxy on the way opens TLS connections.`;
//     if (flaw === 'unset')
//         return [
//             [own],
//             'Set NODE_EXTRA_CA_CERTS to a file with the certificate of that authority, in the environment of this step.',
//         ];
//     if (flaw === 'none')
//         return [
//             [`${own} NODE_EXTRA_CA_CERTS is set, but that authority's certificate is not in its file.`],
//             "Add that authority's certificate (PEM) to the file in NODE_EXTRA_CA_CERTS.",
//         ];
//     return [[`NODE_EXTRA_CA_CERTS ${untrusted_FLAWS[flaw][0]}, so Node.js ignores it.`, own], untrusted_FLAWS[flaw][1]];
// }
// const UNKNOWN_AUTHORITY = /^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CERT_UNTRUSTED|CERT_SIGNATURE_FAILURE|CERT_CHAIN_TOO_LONG|ERR_OSSL_)/;
// const untrusted_FLAWS = {
//     content: [
//         'holds a certificate itself, not the path of a file',
//         'Write the certificate to a file, and set NODE_EXTRA_CA_CERTS to its path.',
//     ],
//     quotes: [
//         'has quotes around the path',
//         'Remove the quotes from NODE_EXTRA_CA_CERTS: they become a part of the path.',
//     ],
//     unexpanded: [
//         'has a ~ or $ in its path, which only a shell expands',
//         'Set NODE_EXTRA_CA_CERTS to the whole absolute path.',
//     ],
//     'no-file': [
//         'names a file that does not exist on this machine',
//         'Set NODE_EXTRA_CA_CERTS to the absolute path of a file that exists where this step runs.',
//     ],
//     'not-a-file': [
//         'names something that is not a file, such as a folder',
//         'Set NODE_EXTRA_CA_CERTS to one file with all the certificates.',
//     ],
//     unreadable: [
//         'names a file that this process cannot read',
//         'Give the user that runs this step the right to read the file.',
//     ],
//     der: [
//         'names a file in binary (DER) form',
//         'Convert the file to PEM: openssl x509 -inform der -in FILE -out FILE.pem',
//     ],
//     'no-certificate': [
//         'names a file without a PEM certificate (-----BEGIN CERTIFICATE-----)',
//         "Set NODE_EXTRA_CA_CERTS to a PEM file with the authority's certificate.",
//     ],
// };
// 
// ;
// 
// 
// const wrongOrg = (orgId, { setting }) => ({
//     what: `The token is valid, but it belongs to the organisation ${(0,neutralise.$)(orgId)}, not to the expected one.`,
//     causes: [(0,message.em)(`${setting('expected-org-id')} is out of date.`)],
//     remedy: `Store a token of the expected organisation as NOLAPSE_TOKEN, or correct ${setting('expected-org-id')}.`,
// });
// 
// ;
// 
// 
// 
// 
// 
// 
// 
// 
// 
// 
// 
// function explain(verdict, situation) {
//     const message = explainReason(verdict, situation);
//     const requestId = 'requestId' in verdict && verdict.requestId;
//     return requestId ? { ...message, what: `${message.what} Request ID: ${requestId}.` } : message;
// }
// function explainReason(verdict, situation) {
//     switch (verdict.reason) {
//         case 'misconfigured':
//             return misconfigured(verdict.problems, situation);
//         case 'missing':
//             return missing(verdict.absence);
//         case 'malformed':
//             return malformed(verdict.flaw, verdict.length);
//         case 'untrusted':
//             return untrusted(verdict.code, situation.host, verdict.proxy);
//         case 'unavailable': {
//             const message = unavailable(verdict.cause, situation);
//             return verdict.askedToWait ? asksToWait(message, verdict.askedToWait, situation) : message;
//         }
//         case 'unexpected-response':
//             return unexpectedResponse(verdict.surprise, situation);
//         case 'invalid':
//             return invalid(verdict.said, situation);
//         case 'wrong-org':
//             return wrongOrg(verdict.orgId, situation);
//         case 'missing-scope':
//             return missingScope(verdict.lacking, verdict.granted, situation);
//         case 'internal-error':
//             return internalError(verdict.defect);
//     }
// }
// const LONGEST_TIMEOUT = 600_000;
// function asksToWait({ what, causes }, asked, { setting }) {
//     const time = duration(asked);
//     return {
//         what: `${what} The platform asks to wait ${time}, which is longer than the time left.`,
//         causes,
//         remedy: asked < LONGEST_TIMEOUT
//             ? `Re-run the job in ${time}, or raise ${setting('timeout-seconds')} above that (600 at most).`
//             : `Re-run the job in ${time}.`,
//     };
// }
// 
// 
//  })
// 
// };
// ;
}
