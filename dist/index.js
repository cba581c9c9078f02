/******/ (() => { // webpackBootstrap
/******/ 	var __webpack_modules__ = ({

/***/ 785:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   _7: () => (/* binding */ situationOf),
/* harmony export */   b6: () => (/* binding */ textOf),
/* harmony export */   em: () => (/* binding */ sentence),
/* harmony export */   lY: () => (/* binding */ CREATE),
/* harmony export */   uM: () => (/* binding */ linkTo),
/* harmony export */   yZ: () => (/* binding */ HOME)
/* harmony export */ });
const HOME = 'https://github.com/nolapse/token-action';
const CREATE = 'Create a new token in nolapse and store it as NOLAPSE_TOKEN.';
/** @param setting how the user writes a setting */
const situationOf = (settings, setting) => Array.isArray(settings)
    ? { host: '', seconds: 0, setting }
    : { host: settings.api.host, seconds: settings.timeout / 1000, setting };
/** The entry of docs/troubleshooting.md for a reason. */
const linkTo = (reason) => `${HOME}/blob/v1/docs/troubleshooting.md#${reason}`;
/** The message as text: for an annotation, a terminal, a `message` field. */
function textOf({ what, causes, remedy }, reason) {
    const likely = causes.length > 0 ? ['Likely causes:', ...causes.map(cause => `- ${cause}`)] : [];
    return [what, ...likely, `What to do: ${remedy}`, `More: ${linkTo(reason)}`].join('\n');
}
/** The name of a variable, such as https_proxy, keeps its first letter. */
const sentence = (text) => /^[a-z]+_/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);


/***/ }),

/***/ 376:
/***/ (() => {

"use strict";

/** Imported first: if this process ends early for any reason, loading included, it has failed. Only a verdict clears that. */
process.exitCode = 1;


/***/ }),

/***/ 488:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {

"use strict";


var net = __nccwpck_require__(278);
var tls = __nccwpck_require__(756);
var http = __nccwpck_require__(611);
var https = __nccwpck_require__(692);
var events = __nccwpck_require__(434);
var assert = __nccwpck_require__(613);
var util = __nccwpck_require__(23);


exports.httpOverHttp = httpOverHttp;
exports.httpsOverHttp = httpsOverHttp;
exports.httpOverHttps = httpOverHttps;
exports.httpsOverHttps = httpsOverHttps;


function httpOverHttp(options) {
  var agent = new TunnelingAgent(options);
  agent.request = http.request;
  return agent;
}

function httpsOverHttp(options) {
  var agent = new TunnelingAgent(options);
  agent.request = http.request;
  agent.createSocket = createSecureSocket;
  agent.defaultPort = 443;
  return agent;
}

function httpOverHttps(options) {
  var agent = new TunnelingAgent(options);
  agent.request = https.request;
  return agent;
}

function httpsOverHttps(options) {
  var agent = new TunnelingAgent(options);
  agent.request = https.request;
  agent.createSocket = createSecureSocket;
  agent.defaultPort = 443;
  return agent;
}


function TunnelingAgent(options) {
  var self = this;
  self.options = options || {};
  self.proxyOptions = self.options.proxy || {};
  self.maxSockets = self.options.maxSockets || http.Agent.defaultMaxSockets;
  self.requests = [];
  self.sockets = [];

  self.on('free', function onFree(socket, host, port, localAddress) {
    var options = toOptions(host, port, localAddress);
    for (var i = 0, len = self.requests.length; i < len; ++i) {
      var pending = self.requests[i];
      if (pending.host === options.host && pending.port === options.port) {
        // Detect the request to connect same origin server,
        // reuse the connection.
        self.requests.splice(i, 1);
        pending.request.onSocket(socket);
        return;
      }
    }
    socket.destroy();
    self.removeSocket(socket);
  });
}
util.inherits(TunnelingAgent, events.EventEmitter);

TunnelingAgent.prototype.addRequest = function addRequest(req, host, port, localAddress) {
  var self = this;
  var options = mergeOptions({request: req}, self.options, toOptions(host, port, localAddress));

  if (self.sockets.length >= this.maxSockets) {
    // We are over limit so we'll add it to the queue.
    self.requests.push(options);
    return;
  }

  // If we are under maxSockets create a new one.
  self.createSocket(options, function(socket) {
    socket.on('free', onFree);
    socket.on('close', onCloseOrRemove);
    socket.on('agentRemove', onCloseOrRemove);
    req.onSocket(socket);

    function onFree() {
      self.emit('free', socket, options);
    }

    function onCloseOrRemove(err) {
      self.removeSocket(socket);
      socket.removeListener('free', onFree);
      socket.removeListener('close', onCloseOrRemove);
      socket.removeListener('agentRemove', onCloseOrRemove);
    }
  });
};

TunnelingAgent.prototype.createSocket = function createSocket(options, cb) {
  var self = this;
  var placeholder = {};
  self.sockets.push(placeholder);

  var connectOptions = mergeOptions({}, self.proxyOptions, {
    method: 'CONNECT',
    path: options.host + ':' + options.port,
    agent: false,
    headers: {
      host: options.host + ':' + options.port
    }
  });
  if (options.localAddress) {
    connectOptions.localAddress = options.localAddress;
  }
  if (connectOptions.proxyAuth) {
    connectOptions.headers = connectOptions.headers || {};
    connectOptions.headers['Proxy-Authorization'] = 'Basic ' +
        new Buffer(connectOptions.proxyAuth).toString('base64');
  }

  debug('making CONNECT request');
  var connectReq = self.request(connectOptions);
  connectReq.useChunkedEncodingByDefault = false; // for v0.6
  connectReq.once('response', onResponse); // for v0.6
  connectReq.once('upgrade', onUpgrade);   // for v0.6
  connectReq.once('connect', onConnect);   // for v0.7 or later
  connectReq.once('error', onError);
  connectReq.end();

  function onResponse(res) {
    // Very hacky. This is necessary to avoid http-parser leaks.
    res.upgrade = true;
  }

  function onUpgrade(res, socket, head) {
    // Hacky.
    process.nextTick(function() {
      onConnect(res, socket, head);
    });
  }

  function onConnect(res, socket, head) {
    connectReq.removeAllListeners();
    socket.removeAllListeners();

    if (res.statusCode !== 200) {
      debug('tunneling socket could not be established, statusCode=%d',
        res.statusCode);
      socket.destroy();
      var error = new Error('tunneling socket could not be established, ' +
        'statusCode=' + res.statusCode);
      error.code = 'ECONNRESET';
      options.request.emit('error', error);
      self.removeSocket(placeholder);
      return;
    }
    if (head.length > 0) {
      debug('got illegal response body from proxy');
      socket.destroy();
      var error = new Error('got illegal response body from proxy');
      error.code = 'ECONNRESET';
      options.request.emit('error', error);
      self.removeSocket(placeholder);
      return;
    }
    debug('tunneling connection has established');
    self.sockets[self.sockets.indexOf(placeholder)] = socket;
    return cb(socket);
  }

  function onError(cause) {
    connectReq.removeAllListeners();

    debug('tunneling socket could not be established, cause=%s\n',
          cause.message, cause.stack);
    var error = new Error('tunneling socket could not be established, ' +
                          'cause=' + cause.message);
    error.code = 'ECONNRESET';
    options.request.emit('error', error);
    self.removeSocket(placeholder);
  }
};

TunnelingAgent.prototype.removeSocket = function removeSocket(socket) {
  var pos = this.sockets.indexOf(socket)
  if (pos === -1) {
    return;
  }
  this.sockets.splice(pos, 1);

  var pending = this.requests.shift();
  if (pending) {
    // If we have pending requests and a socket gets closed a new one
    // needs to be created to take over in the pool for the one that closed.
    this.createSocket(pending, function(socket) {
      pending.request.onSocket(socket);
    });
  }
};

function createSecureSocket(options, cb) {
  var self = this;
  TunnelingAgent.prototype.createSocket.call(self, options, function(socket) {
    var hostHeader = options.request.getHeader('host');
    var tlsOptions = mergeOptions({}, self.options, {
      socket: socket,
      servername: hostHeader ? hostHeader.replace(/:.*$/, '') : options.host
    });

    // 0 is dummy port for v0.6
    var secureSocket = tls.connect(0, tlsOptions);
    self.sockets[self.sockets.indexOf(socket)] = secureSocket;
    cb(secureSocket);
  });
}


function toOptions(host, port, localAddress) {
  if (typeof host === 'string') { // since v0.10
    return {
      host: host,
      port: port,
      localAddress: localAddress
    };
  }
  return host; // for v0.11 or later
}

function mergeOptions(target) {
  for (var i = 1, len = arguments.length; i < len; ++i) {
    var overrides = arguments[i];
    if (typeof overrides === 'object') {
      var keys = Object.keys(overrides);
      for (var j = 0, keyLen = keys.length; j < keyLen; ++j) {
        var k = keys[j];
        if (overrides[k] !== undefined) {
          target[k] = overrides[k];
        }
      }
    }
  }
  return target;
}


var debug;
if (process.env.NODE_DEBUG && /\btunnel\b/.test(process.env.NODE_DEBUG)) {
  debug = function() {
    var args = Array.prototype.slice.call(arguments);
    if (typeof args[0] === 'string') {
      args[0] = 'TUNNEL: ' + args[0];
    } else {
      args.unshift('TUNNEL:');
    }
    console.error.apply(console, args);
  }
} else {
  debug = function() {};
}
exports.debug = debug; // for test


/***/ }),

/***/ 613:
/***/ ((module) => {

"use strict";
module.exports = require("assert");

/***/ }),

/***/ 434:
/***/ ((module) => {

"use strict";
module.exports = require("events");

/***/ }),

/***/ 896:
/***/ ((module) => {

"use strict";
module.exports = require("fs");

/***/ }),

/***/ 611:
/***/ ((module) => {

"use strict";
module.exports = require("http");

/***/ }),

/***/ 692:
/***/ ((module) => {

"use strict";
module.exports = require("https");

/***/ }),

/***/ 278:
/***/ ((module) => {

"use strict";
module.exports = require("net");

/***/ }),

/***/ 24:
/***/ ((module) => {

"use strict";
module.exports = require("node:fs");

/***/ }),

/***/ 857:
/***/ ((module) => {

"use strict";
module.exports = require("os");

/***/ }),

/***/ 756:
/***/ ((module) => {

"use strict";
module.exports = require("tls");

/***/ }),

/***/ 23:
/***/ ((module) => {

"use strict";
module.exports = require("util");

/***/ }),

/***/ 980:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {

/**
 * What the bundler puts in the place of `tunnel`: the same four functions, with the library itself loaded when
 * the first of them is called. Only a run behind a proxy pays for it.
 */
const tunnel = () => {
  // tunnel 0.0.6 uses `new Buffer` for proxy credentials and sets a server name for IP addresses: DEP0005 and
  // DEP0123 would stand on standard error of every run behind such a proxy.
  process.noDeprecation = true
  return __nccwpck_require__(488)
}

exports.xj = options => tunnel().httpOverHttp(options)
exports.I9 = options => tunnel().httpsOverHttp(options)
exports.aQ = options => tunnel().httpOverHttps(options)
exports.vX = options => tunnel().httpsOverHttps(options)


/***/ }),

/***/ 194:
/***/ ((__unused_webpack_module, exports) => {

var __webpack_unused_export__;
/**
 * What the bundler puts in undici's place. @actions/http-client names undici's ProxyAgent for callers of
 * fetch; HttpClient's own requests go through Node's http and never construct it. Leaving it out takes 90 %
 * of the bundle away. Should an upgrade begin to use it, this throws, and the step fails closed.
 */
const absent = () => {
  throw new Error('undici is not part of this bundle: bundle/undici.cjs')
}

exports.k = class {
  constructor() {
    absent()
  }
}

/** Named by @actions/github for Octokit, of which only the context beside it is used. */
__webpack_unused_export__ = absent


/***/ })

/******/ 	});
/************************************************************************/
/******/ 	// The module cache
/******/ 	var __webpack_module_cache__ = {};
/******/ 	
/******/ 	// The require function
/******/ 	function __nccwpck_require__(moduleId) {
/******/ 		// Check if module is in cache
/******/ 		var cachedModule = __webpack_module_cache__[moduleId];
/******/ 		if (cachedModule !== undefined) {
/******/ 			return cachedModule.exports;
/******/ 		}
/******/ 		// Create a new module (and put it into the cache)
/******/ 		var module = __webpack_module_cache__[moduleId] = {
/******/ 			// no module.id needed
/******/ 			// no module.loaded needed
/******/ 			exports: {}
/******/ 		};
/******/ 	
/******/ 		// Execute the module function
/******/ 		var threw = true;
/******/ 		try {
/******/ 			__webpack_modules__[moduleId](module, module.exports, __nccwpck_require__);
/******/ 			threw = false;
/******/ 		} finally {
/******/ 			if(threw) delete __webpack_module_cache__[moduleId];
/******/ 		}
/******/ 	
/******/ 		// Return the exports of the module
/******/ 		return module.exports;
/******/ 	}
/******/ 	
/******/ 	// expose the modules object (__webpack_modules__)
/******/ 	__nccwpck_require__.m = __webpack_modules__;
/******/ 	
/************************************************************************/
/******/ 	/* webpack/runtime/asset-relocator-loader */
/******/ 	if (typeof __nccwpck_require__ !== 'undefined') __nccwpck_require__.ab = __dirname + "/";
/******/ 	
/******/ 	/* webpack/runtime/define property getters */
/******/ 	(() => {
/******/ 		// define getter functions for harmony exports
/******/ 		__nccwpck_require__.d = (exports, definition) => {
/******/ 			for(var key in definition) {
/******/ 				if(__nccwpck_require__.o(definition, key) && !__nccwpck_require__.o(exports, key)) {
/******/ 					Object.defineProperty(exports, key, { enumerable: true, get: definition[key] });
/******/ 				}
/******/ 			}
/******/ 		};
/******/ 	})();
/******/ 	
/******/ 	/* webpack/runtime/ensure chunk */
/******/ 	(() => {
/******/ 		__nccwpck_require__.f = {};
/******/ 		// This file contains only the entry chunk.
/******/ 		// The chunk loading function for additional chunks
/******/ 		__nccwpck_require__.e = (chunkId) => {
/******/ 			return Promise.all(Object.keys(__nccwpck_require__.f).reduce((promises, key) => {
/******/ 				__nccwpck_require__.f[key](chunkId, promises);
/******/ 				return promises;
/******/ 			}, []));
/******/ 		};
/******/ 	})();
/******/ 	
/******/ 	/* webpack/runtime/get javascript chunk filename */
/******/ 	(() => {
/******/ 		// This function allow to reference async chunks
/******/ 		__nccwpck_require__.u = (chunkId) => {
/******/ 			// return url for filenames based on template
/******/ 			return "" + chunkId + ".index.js";
/******/ 		};
/******/ 	})();
/******/ 	
/******/ 	/* webpack/runtime/hasOwnProperty shorthand */
/******/ 	(() => {
/******/ 		__nccwpck_require__.o = (obj, prop) => (Object.prototype.hasOwnProperty.call(obj, prop))
/******/ 	})();
/******/ 	
/******/ 	/* webpack/runtime/make namespace object */
/******/ 	(() => {
/******/ 		// define __esModule on exports
/******/ 		__nccwpck_require__.r = (exports) => {
/******/ 			if(typeof Symbol !== 'undefined' && Symbol.toStringTag) {
/******/ 				Object.defineProperty(exports, Symbol.toStringTag, { value: 'Module' });
/******/ 			}
/******/ 			Object.defineProperty(exports, '__esModule', { value: true });
/******/ 		};
/******/ 	})();
/******/ 	
/******/ 	/* webpack/runtime/require chunk loading */
/******/ 	(() => {
/******/ 		// no baseURI
/******/ 		
/******/ 		// object to store loaded chunks
/******/ 		// "1" means "loaded", otherwise not loaded yet
/******/ 		var installedChunks = {
/******/ 			792: 1
/******/ 		};
/******/ 		
/******/ 		// no on chunks loaded
/******/ 		
/******/ 		var installChunk = (chunk) => {
/******/ 			var moreModules = chunk.modules, chunkIds = chunk.ids, runtime = chunk.runtime;
/******/ 			for(var moduleId in moreModules) {
/******/ 				if(__nccwpck_require__.o(moreModules, moduleId)) {
/******/ 					__nccwpck_require__.m[moduleId] = moreModules[moduleId];
/******/ 				}
/******/ 			}
/******/ 			if(runtime) runtime(__nccwpck_require__);
/******/ 			for(var i = 0; i < chunkIds.length; i++)
/******/ 				installedChunks[chunkIds[i]] = 1;
/******/ 		
/******/ 		};
/******/ 		
/******/ 		// require() chunk loading for javascript
/******/ 		__nccwpck_require__.f.require = (chunkId, promises) => {
/******/ 			// "1" is the signal for "already loaded"
/******/ 			if(!installedChunks[chunkId]) {
/******/ 				if(true) { // all chunks have JS
/******/ 					installChunk(require("./" + __nccwpck_require__.u(chunkId)));
/******/ 				} else installedChunks[chunkId] = 1;
/******/ 			}
/******/ 		};
/******/ 		
/******/ 		// no external install chunk
/******/ 		
/******/ 		// no HMR
/******/ 		
/******/ 		// no HMR manifest
/******/ 	})();
/******/ 	
/************************************************************************/
var __webpack_exports__ = {};
// This entry need to be wrapped in an IIFE because it need to be in strict mode.
(() => {
"use strict";

// EXTERNAL MODULE: ./src/process/fail-closed.js
var fail_closed = __nccwpck_require__(376);
;// CONCATENATED MODULE: ./src/process/exit.js
/** How a process ends: what was written has arrived, and a result that has not arrived does not count. */
let lost = false;
let result = true;
/** A broken pipe is no crash. A write that must know at once has a callback; `end` knows in any case. */
function surviveBrokenPipes() {
    process.stderr.on('error', () => undefined);
    process.stdout.on('error', () => {
        lost = true;
    });
}
/** Standard output carries no result of this run, so it does not matter whether it arrives. */
function ignoreBrokenOutput() {
    result = false;
}
/**
 * Ends the process as soon as all of standard output is written, so that a hung proxy's socket can't hold it. (A name
 * look-up can: Node waits for its thread.) If standard output is broken, the verdict is lost, and success becomes `broken`.
 *
 * @param broken 1 is the action's. The command line never exits with 1
 */
function end(code, broken = 1) {
    process.stdout.write('', failed => process.exit(result && (failed || lost) ? code || broken : code));
}

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __nccwpck_require__(24);
// EXTERNAL MODULE: external "os"
var external_os_ = __nccwpck_require__(857);
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/utils.js
// We use any as a valid input type
/* eslint-disable @typescript-eslint/no-explicit-any */
/**
 * Sanitizes an input into a string so it can be passed into issueCommand safely
 * @param input input to sanitize into a string
 */
function utils_toCommandValue(input) {
    if (input === null || input === undefined) {
        return '';
    }
    else if (typeof input === 'string' || input instanceof String) {
        return input;
    }
    return JSON.stringify(input);
}
/**
 *
 * @param annotationProperties
 * @returns The command properties to send with the actual annotation command
 * See IssueCommandProperties: https://github.com/actions/runner/blob/main/src/Runner.Worker/ActionCommandManager.cs#L646
 */
function utils_toCommandProperties(annotationProperties) {
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
//# sourceMappingURL=utils.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/command.js


/**
 * Issues a command to the GitHub Actions runner
 *
 * @param command - The command name to issue
 * @param properties - Additional properties for the command (key-value pairs)
 * @param message - The message to include with the command
 * @remarks
 * This function outputs a specially formatted string to stdout that the Actions
 * runner interprets as a command. These commands can control workflow behavior,
 * set outputs, create annotations, mask values, and more.
 *
 * Command Format:
 *   ::name key=value,key=value::message
 *
 * @example
 * ```typescript
 * // Issue a warning annotation
 * issueCommand('warning', {}, 'This is a warning message');
 * // Output: ::warning::This is a warning message
 *
 * // Set an environment variable
 * issueCommand('set-env', { name: 'MY_VAR' }, 'some value');
 * // Output: ::set-env name=MY_VAR::some value
 *
 * // Add a secret mask
 * issueCommand('add-mask', {}, 'secretValue123');
 * // Output: ::add-mask::secretValue123
 * ```
 *
 * @internal
 * This is an internal utility function that powers the public API functions
 * such as setSecret, warning, error, and exportVariable.
 */
function command_issueCommand(command, properties, message) {
    const cmd = new Command(command, properties, message);
    process.stdout.write(cmd.toString() + external_os_.EOL);
}
function command_issue(name, message = '') {
    command_issueCommand(name, {}, message);
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
function escapeData(s) {
    return utils_toCommandValue(s)
        .replace(/%/g, '%25')
        .replace(/\r/g, '%0D')
        .replace(/\n/g, '%0A');
}
function escapeProperty(s) {
    return utils_toCommandValue(s)
        .replace(/%/g, '%25')
        .replace(/\r/g, '%0D')
        .replace(/\n/g, '%0A')
        .replace(/:/g, '%3A')
        .replace(/,/g, '%2C');
}
//# sourceMappingURL=command.js.map
;// CONCATENATED MODULE: external "crypto"
const external_crypto_namespaceObject = require("crypto");
// EXTERNAL MODULE: external "fs"
var external_fs_ = __nccwpck_require__(896);
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/file-command.js
// For internal use, subject to change.
// We use any as a valid input type
/* eslint-disable @typescript-eslint/no-explicit-any */




function file_command_issueFileCommand(command, message) {
    const filePath = process.env[`GITHUB_${command}`];
    if (!filePath) {
        throw new Error(`Unable to find environment variable for file command ${command}`);
    }
    if (!external_fs_.existsSync(filePath)) {
        throw new Error(`Missing file at path: ${filePath}`);
    }
    external_fs_.appendFileSync(filePath, `${utils_toCommandValue(message)}${external_os_.EOL}`, {
        encoding: 'utf8'
    });
}
function file_command_prepareKeyValueMessage(key, value) {
    const delimiter = `ghadelimiter_${external_crypto_namespaceObject.randomUUID()}`;
    const convertedValue = utils_toCommandValue(value);
    // These should realistically never happen, but just in case someone finds a
    // way to exploit uuid generation let's not allow keys or values that contain
    // the delimiter.
    if (key.includes(delimiter)) {
        throw new Error(`Unexpected input: name should not contain the delimiter "${delimiter}"`);
    }
    if (convertedValue.includes(delimiter)) {
        throw new Error(`Unexpected input: value should not contain the delimiter "${delimiter}"`);
    }
    return `${key}<<${delimiter}${external_os_.EOL}${convertedValue}${external_os_.EOL}${delimiter}`;
}
//# sourceMappingURL=file-command.js.map
;// CONCATENATED MODULE: external "path"
const external_path_namespaceObject = require("path");
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/core.js
var __awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};






/**
 * The code to exit an action
 */
var ExitCode;
(function (ExitCode) {
    /**
     * A code indicating that the action was successful
     */
    ExitCode[ExitCode["Success"] = 0] = "Success";
    /**
     * A code indicating that the action was a failure
     */
    ExitCode[ExitCode["Failure"] = 1] = "Failure";
})(ExitCode || (ExitCode = {}));
//-----------------------------------------------------------------------
// Variables
//-----------------------------------------------------------------------
/**
 * Sets env variable for this action and future actions in the job
 * @param name the name of the variable to set
 * @param val the value of the variable. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function exportVariable(name, val) {
    const convertedVal = toCommandValue(val);
    process.env[name] = convertedVal;
    const filePath = process.env['GITHUB_ENV'] || '';
    if (filePath) {
        return issueFileCommand('ENV', prepareKeyValueMessage(name, val));
    }
    issueCommand('set-env', { name }, convertedVal);
}
/**
 * Registers a secret which will get masked from logs
 *
 * @param secret - Value of the secret to be masked
 * @remarks
 * This function instructs the Actions runner to mask the specified value in any
 * logs produced during the workflow run. Once registered, the secret value will
 * be replaced with asterisks (***) whenever it appears in console output, logs,
 * or error messages.
 *
 * This is useful for protecting sensitive information such as:
 * - API keys
 * - Access tokens
 * - Authentication credentials
 * - URL parameters containing signatures (SAS tokens)
 *
 * Note that masking only affects future logs; any previous appearances of the
 * secret in logs before calling this function will remain unmasked.
 *
 * @example
 * ```typescript
 * // Register an API token as a secret
 * const apiToken = "abc123xyz456";
 * setSecret(apiToken);
 *
 * // Now any logs containing this value will show *** instead
 * console.log(`Using token: ${apiToken}`); // Outputs: "Using token: ***"
 * ```
 */
function setSecret(secret) {
    command_issueCommand('add-mask', {}, secret);
}
/**
 * Prepends inputPath to the PATH (for this action and future actions)
 * @param inputPath
 */
function addPath(inputPath) {
    const filePath = process.env['GITHUB_PATH'] || '';
    if (filePath) {
        issueFileCommand('PATH', inputPath);
    }
    else {
        issueCommand('add-path', {}, inputPath);
    }
    process.env['PATH'] = `${inputPath}${path.delimiter}${process.env['PATH']}`;
}
/**
 * Gets the value of an input.
 * Unless trimWhitespace is set to false in InputOptions, the value is also trimmed.
 * Returns an empty string if the value is not defined.
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   string
 */
function getInput(name, options) {
    const val = process.env[`INPUT_${name.replace(/ /g, '_').toUpperCase()}`] || '';
    if (options && options.required && !val) {
        throw new Error(`Input required and not supplied: ${name}`);
    }
    if (options && options.trimWhitespace === false) {
        return val;
    }
    return val.trim();
}
/**
 * Gets the values of an multiline input.  Each value is also trimmed.
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   string[]
 *
 */
function getMultilineInput(name, options) {
    const inputs = getInput(name, options)
        .split('\n')
        .filter(x => x !== '');
    if (options && options.trimWhitespace === false) {
        return inputs;
    }
    return inputs.map(input => input.trim());
}
/**
 * Gets the input value of the boolean type in the YAML 1.2 "core schema" specification.
 * Support boolean input list: `true | True | TRUE | false | False | FALSE` .
 * The return value is also in boolean type.
 * ref: https://yaml.org/spec/1.2/spec.html#id2804923
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   boolean
 */
function getBooleanInput(name, options) {
    const trueValue = ['true', 'True', 'TRUE'];
    const falseValue = ['false', 'False', 'FALSE'];
    const val = getInput(name, options);
    if (trueValue.includes(val))
        return true;
    if (falseValue.includes(val))
        return false;
    throw new TypeError(`Input does not meet YAML 1.2 "Core Schema" specification: ${name}\n` +
        `Support boolean input list: \`true | True | TRUE | false | False | FALSE\``);
}
/**
 * Sets the value of an output.
 *
 * @param     name     name of the output to set
 * @param     value    value to store. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function setOutput(name, value) {
    const filePath = process.env['GITHUB_OUTPUT'] || '';
    if (filePath) {
        return file_command_issueFileCommand('OUTPUT', file_command_prepareKeyValueMessage(name, value));
    }
    process.stdout.write(external_os_.EOL);
    command_issueCommand('set-output', { name }, utils_toCommandValue(value));
}
/**
 * Enables or disables the echoing of commands into stdout for the rest of the step.
 * Echoing is disabled by default if ACTIONS_STEP_DEBUG is not set.
 *
 */
function setCommandEcho(enabled) {
    issue('echo', enabled ? 'on' : 'off');
}
//-----------------------------------------------------------------------
// Results
//-----------------------------------------------------------------------
/**
 * Sets the action status to failed.
 * When the action exits it will be with an exit code of 1
 * @param message add error issue message
 */
function setFailed(message) {
    process.exitCode = ExitCode.Failure;
    error(message);
}
//-----------------------------------------------------------------------
// Logging Commands
//-----------------------------------------------------------------------
/**
 * Gets whether Actions Step Debug is on or not
 */
function isDebug() {
    return process.env['RUNNER_DEBUG'] === '1';
}
/**
 * Writes debug message to user log
 * @param message debug message
 */
function debug(message) {
    issueCommand('debug', {}, message);
}
/**
 * Adds an error issue
 * @param message error issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function error(message, properties = {}) {
    command_issueCommand('error', utils_toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Adds a warning issue
 * @param message warning issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function warning(message, properties = {}) {
    command_issueCommand('warning', utils_toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Adds a notice issue
 * @param message notice issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function notice(message, properties = {}) {
    issueCommand('notice', toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Writes info to log with console.log.
 * @param message info message
 */
function info(message) {
    process.stdout.write(message + external_os_.EOL);
}
/**
 * Begin an output group.
 *
 * Output until the next `groupEnd` will be foldable in this group
 *
 * @param name The name of the output group
 */
function startGroup(name) {
    issue('group', name);
}
/**
 * End an output group.
 */
function endGroup() {
    issue('endgroup');
}
/**
 * Wrap an asynchronous function call in a group.
 *
 * Returns the same type as the function itself.
 *
 * @param name The name of the group
 * @param fn The function to wrap in the group
 */
function group(name, fn) {
    return __awaiter(this, void 0, void 0, function* () {
        startGroup(name);
        let result;
        try {
            result = yield fn();
        }
        finally {
            endGroup();
        }
        return result;
    });
}
//-----------------------------------------------------------------------
// Wrapper action state
//-----------------------------------------------------------------------
/**
 * Saves state for current action, the state can only be retrieved by this action's post job execution.
 *
 * @param     name     name of the state to store
 * @param     value    value to store. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function saveState(name, value) {
    const filePath = process.env['GITHUB_STATE'] || '';
    if (filePath) {
        return issueFileCommand('STATE', prepareKeyValueMessage(name, value));
    }
    issueCommand('save-state', { name }, toCommandValue(value));
}
/**
 * Gets the value of an state set by this action's main execution.
 *
 * @param     name     name of the state to get
 * @returns   string
 */
function getState(name) {
    return process.env[`STATE_${name}`] || '';
}
function getIDToken(aud) {
    return __awaiter(this, void 0, void 0, function* () {
        return yield OidcClient.getIDToken(aud);
    });
}
/**
 * Summary exports
 */

/**
 * @deprecated use core.summary
 */

/**
 * Path exports
 */

/**
 * Platform utilities exports
 */

//# sourceMappingURL=core.js.map
;// CONCATENATED MODULE: ./src/api/secrets.js
/** Whether a text holds a token, or gives a part of one away. */
/** Runs of the token's body that are this long count as a part of it. */
const REVEALING = 8;
/** Every well-formed token inside a text. */
const tokensIn = (text) => text.match(/nlp_[0-9a-f]{40}/g) ?? [];
/** A token, or so much of one that it was meant to be one, in whatever case; a name such as nlp_production is not. */
const isTokenLike = (text) => /nlp_([0-9a-f]{8}|[0-9a-z]{20})/i.test(text);
/** Whether `text` has 8 characters in a row of the token's body (or of a session's), in whatever case. */
function sharesWithToken(text, token) {
    const body = token.slice('nlp_'.length).toLowerCase();
    const lower = text.toLowerCase();
    for (let start = 0; start + REVEALING <= body.length; start++)
        if (lower.includes(body.slice(start, start + REVEALING)))
            return true;
    return false;
}

;// CONCATENATED MODULE: ./node_modules/@actions/http-client/lib/proxy.js
function getProxyUrl(reqUrl) {
    const usingSsl = reqUrl.protocol === 'https:';
    if (checkBypass(reqUrl)) {
        return undefined;
    }
    const proxyVar = (() => {
        if (usingSsl) {
            return process.env['https_proxy'] || process.env['HTTPS_PROXY'];
        }
        else {
            return process.env['http_proxy'] || process.env['HTTP_PROXY'];
        }
    })();
    if (proxyVar) {
        try {
            return new DecodedURL(proxyVar);
        }
        catch (_a) {
            if (!proxyVar.startsWith('http://') && !proxyVar.startsWith('https://'))
                return new DecodedURL(`http://${proxyVar}`);
        }
    }
    else {
        return undefined;
    }
}
function checkBypass(reqUrl) {
    if (!reqUrl.hostname) {
        return false;
    }
    const reqHost = reqUrl.hostname;
    if (isLoopbackAddress(reqHost)) {
        return true;
    }
    const noProxy = process.env['no_proxy'] || process.env['NO_PROXY'] || '';
    if (!noProxy) {
        return false;
    }
    // Determine the request port
    let reqPort;
    if (reqUrl.port) {
        reqPort = Number(reqUrl.port);
    }
    else if (reqUrl.protocol === 'http:') {
        reqPort = 80;
    }
    else if (reqUrl.protocol === 'https:') {
        reqPort = 443;
    }
    // Format the request hostname and hostname with port
    const upperReqHosts = [reqUrl.hostname.toUpperCase()];
    if (typeof reqPort === 'number') {
        upperReqHosts.push(`${upperReqHosts[0]}:${reqPort}`);
    }
    // Compare request host against noproxy
    for (const upperNoProxyItem of noProxy
        .split(',')
        .map(x => x.trim().toUpperCase())
        .filter(x => x)) {
        if (upperNoProxyItem === '*' ||
            upperReqHosts.some(x => x === upperNoProxyItem ||
                x.endsWith(`.${upperNoProxyItem}`) ||
                (upperNoProxyItem.startsWith('.') &&
                    x.endsWith(`${upperNoProxyItem}`)))) {
            return true;
        }
    }
    return false;
}
function isLoopbackAddress(host) {
    const hostLower = host.toLowerCase();
    return (hostLower === 'localhost' ||
        hostLower.startsWith('127.') ||
        hostLower.startsWith('[::1]') ||
        hostLower.startsWith('[0:0:0:0:0:0:0:1]'));
}
class DecodedURL extends URL {
    constructor(url, base) {
        super(url, base);
        this._decodedUsername = decodeURIComponent(super.username);
        this._decodedPassword = decodeURIComponent(super.password);
    }
    get username() {
        return this._decodedUsername;
    }
    get password() {
        return this._decodedPassword;
    }
}
//# sourceMappingURL=proxy.js.map
;// CONCATENATED MODULE: ./src/api/proxy.js
/** The proxy that the environment names, as far as it can be used. */

/**
 * The environment variable with the proxy for `url`, where http-client can't use what it holds. It would pass such a
 * proxy by without a word (a bare `%` in the password, no host) and send the request, with the token, directly.
 */
function unusableProxy(url) {
    if (checkBypass(url))
        return undefined;
    const scheme = url.protocol.slice(0, -1);
    const name = [`${scheme}_proxy`, `${scheme.toUpperCase()}_PROXY`].find(candidate => process.env[candidate]);
    if (name === undefined)
        return undefined;
    try {
        const proxy = getProxyUrl(url);
        return proxy?.hostname && /^https?:$/.test(proxy.protocol) ? undefined : name;
    }
    catch {
        return name;
    }
}

;// CONCATENATED MODULE: ./src/gate/environment.js
/** What in the process's environment makes a safe request impossible. */

/** Adds the environment's problems to those of the settings, if there are any. */
function checkEnvironment(settings) {
    const problems = Array.isArray(settings) ? [...settings] : [];
    // A guard against accidents: with it, whoever is on the way could have the token.
    if (process.env.NODE_TLS_REJECT_UNAUTHORIZED === '0')
        problems.push({
            subject: 'NODE_TLS_REJECT_UNAUTHORIZED',
            says: 'is 0, which would send the token to whoever answers. Remove it from the environment; ' +
                'for a private authority set NODE_EXTRA_CA_CERTS to the file of its certificate.',
        });
    const proxy = Array.isArray(settings) ? undefined : unusableProxy(settings.api);
    if (proxy)
        problems.push({
            subject: proxy,
            says: 'holds a proxy URL that can not be used. Write it like http://user:password@proxy.example.com:3128, ' +
                'with % and other special characters of the password percent-encoded (% is %25).',
        });
    return problems.length > 0 ? problems : settings;
}

;// CONCATENATED MODULE: ./src/api/retry.js
/** The most that one attempt may take, in milliseconds. */
const ATTEMPT = 15_000;
/** Less than this of the deadline is no use to an attempt, in milliseconds. */
const SHORTEST_ATTEMPT = 1_000;
/** A host name that does not exist may be a name server's slip, but not for long: given up this long after the start. */
const UNKNOWN_HOST = 10_000;
const BACKOFF = { base: 1_000, most: 10_000, least: 100 };
const MOST_JITTER = 10_000;
/**
 * Asks until there is an answer or no time is left for one, and returns the last finding that was not merely the
 * deadline cutting an attempt short.
 *
 * @param ask one attempt, which must end within the limit it is given (milliseconds)
 * @param timeout one deadline over everything, in milliseconds
 * @param onRetry told before each wait
 */
async function askUntilAnswered(ask, timeout, clock, onRetry) {
    const start = clock.now();
    let cause;
    for (let attempt = 1;; attempt++) {
        const limit = Math.min(ATTEMPT, timeout - (clock.now() - start));
        const finding = await ask(limit);
        if (!isUnavailable(finding))
            return { finding, attempts: attempt };
        if (!cause || !finding.timedOut || limit === ATTEMPT)
            cause = finding;
        const patience = finding.unknownHost ? Math.min(timeout, UNKNOWN_HOST) : timeout;
        const left = patience - (clock.now() - start);
        const wait = finding.retry ? nextWait(attempt, left, finding.retryAfter, clock) : undefined;
        if (wait === undefined)
            return { finding: cause, attempts: attempt };
        onRetry({ attempt, unavailable: finding, wait });
        await clock.sleep(wait);
    }
}
const isUnavailable = (finding) => finding.kind === 'unavailable';
/** How long to wait after the given attempt, in milliseconds; `undefined` where what is left has no room for another. */
function nextWait(attempt, left, retryAfter, clock) {
    const longest = left - SHORTEST_ATTEMPT;
    const asked = retryAfterOf(retryAfter, clock.date());
    if (asked) {
        if (asked > longest)
            return undefined;
        return asked + clock.random() * Math.min(asked, MOST_JITTER, longest - asked);
    }
    if (longest < BACKOFF.least)
        return undefined;
    const ceiling = Math.min(BACKOFF.base * 2 ** (attempt - 1), BACKOFF.most);
    return Math.min(longest, Math.max(BACKOFF.least, clock.random() * ceiling));
}
/** The three forms of RFC 9110, 5.6.7: IMF-fixdate, RFC 850, asctime. */
const HTTP_DATES = [
    /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/,
    /^(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/,
    /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/,
];
/** A Retry-After (RFC 9110, 10.2.3) in milliseconds from now; 0 where it is absent, not legal, or already over. */
function retryAfterOf(value, now) {
    const text = value?.trim() ?? '';
    if (/^\d+$/.test(text))
        return Number(text) * 1000;
    if (!HTTP_DATES.some(form => form.test(text)))
        return 0;
    const date = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
    return Number.isNaN(date) ? 0 : Math.max(0, date - now);
}

;// CONCATENATED MODULE: ./src/api/contract.js
/** The forms that the platform's documentation gives to its values. What does not match is rejected, in both directions. */
/** `nlp_` and 40 lowercase hex characters: nothing else is ever sent as a token. */
const WELL_FORMED = /^nlp_[0-9a-f]{40}$/;
/** How long a well-formed token is, in characters. */
const TOKEN_LENGTH = 44;
/** An organisation's id. */
const ORG_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;
/** A scope. Scopes are an open set: `execute` is the only one today. */
const SCOPE = /^[A-Za-z0-9][A-Za-z0-9:._-]{0,63}$/;

;// CONCATENATED MODULE: ./src/api/answer.js
/** What an answer to a validation says, and whether anything is an answer at all: by status, headers and bytes. Pure. */


/** The most that an answer to a validation may have, in bytes. */
const MAX_ANSWER = 64 * 1024;
/** Judges what one attempt brought. The token is only compared with, so that nothing of it comes back as something else. */
function judgeAnswer(outcome, token) {
    const none = judgeNoAnswer(outcome, token);
    if (none)
        return none;
    const { status, headers, body } = outcome;
    const requestId = requestIdOf(headers['x-request-id'], token);
    const unexpected = (surprise) => ({ kind: 'unexpected', surprise, requestId });
    const html = /\bhtml\b/i.test(headers['content-type'] ?? '');
    if (status !== 200 && status !== 401)
        return unexpected({ kind: 'status', status, html, said: said(body, token) });
    if (body === 'too-large')
        return unexpected({ kind: 'too-large', status });
    const json = parse(body);
    if (json === undefined)
        return unexpected({ kind: html || /^\s*</.test(String(body)) ? 'html' : 'not-json', status });
    if (status === 401) {
        const refusal = isObject(json) && (typeof json.error === 'string' || json.valid === false);
        if (!refusal)
            return unexpected({ kind: 'field', field: 'error', wrong: 'missing' });
        return { kind: 'refused', said: said(body, token), requestId };
    }
    return judgeValidation(json, token, requestId);
}
/** What is no answer at any endpoint: faults, statuses of a passing nature, redirects. The secret is only compared with. */
function judgeNoAnswer(outcome, secret) {
    if (outcome.kind === 'fault')
        return judgeFault(outcome);
    const { status, headers } = outcome;
    const requestId = requestIdOf(headers['x-request-id'], secret);
    if (status === 407 || status === 408 || status === 429 || isFailure(status))
        return {
            kind: 'unavailable',
            cause: { kind: 'status', status },
            retry: status !== 407,
            retryAfter: headers['retry-after'],
            requestId,
        };
    if (status >= 300 && status < 400)
        return { kind: 'unexpected', surprise: { kind: 'redirect', status }, requestId };
    return undefined;
}
/** A 200: only this decides that a token is valid. */
function judgeValidation(json, token, requestId) {
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
    if (!ORG_ID.test(orgId))
        return unexpected('org_id', 'characters');
    if (sharesWithToken(orgId, token))
        return unexpected('org_id', 'token');
    if (!Array.isArray(scopes))
        return unexpected('scopes', scopes === undefined ? 'missing' : 'type');
    if (!scopes.every(scope => typeof scope === 'string'))
        return unexpected('scopes', 'type');
    if (!scopes.every(scope => SCOPE.test(scope)))
        return unexpected('scopes', 'characters');
    if (scopes.some(scope => sharesWithToken(scope, token)))
        return unexpected('scopes', 'token');
    return { kind: 'granted', orgId, scopes, requestId };
}
function judgeFault(fault) {
    if (fault.fault === 'untrusted')
        return { kind: 'untrusted', code: fault.code };
    if (fault.fault === 'not-http')
        return { kind: 'unexpected', surprise: { kind: 'not-http', code: fault.code }, requestId: '' };
    return {
        kind: 'unavailable',
        cause: fault,
        requestId: '',
        retry: !(fault.fault === 'proxy' && fault.status === 407),
        unknownHost: fault.fault === 'unreachable' && fault.code === 'ENOTFOUND',
        timedOut: fault.fault === 'timed-out',
    };
}
/** 5xx but 501, which says that this will not work later either. From 600 on there are no statuses. */
const isFailure = (status) => status >= 500 && status < 600 && status !== 501;
const isObject = (json) => typeof json === 'object' && json !== null && !Array.isArray(json);
/** The body as JSON; `undefined` where it is none, as one that is not there, or too large, is none either. */
function parse(body) {
    try {
        return JSON.parse(String(body));
    }
    catch {
        return undefined;
    }
}
/**
 * The platform's own words (`{"error": "\u2026"}`), unless a part of the token is among them. To be neutralised where
 * printed.
 */
function said(body, token) {
    const json = parse(body);
    const words = isObject(json) && typeof json.error === 'string' ? json.error : '';
    return sharesWithToken(words, token) ? '' : words;
}
function requestIdOf(header, token) {
    const id = String(header ?? '');
    return /^[A-Za-z0-9._:-]{1,128}$/.test(id) && !sharesWithToken(id, token) ? id : '';
}

;// CONCATENATED MODULE: ./src/api/endpoint.js
/** The URL of a path of the API, below whatever path the platform lives at. */
const endpoint = (api, path) => new URL(api.href.replace(/\/$/, '') + path);

;// CONCATENATED MODULE: external "node:http"
const external_node_http_namespaceObject = require("node:http");
;// CONCATENATED MODULE: external "node:https"
const external_node_https_namespaceObject = require("node:https");
// EXTERNAL MODULE: external "http"
var external_http_ = __nccwpck_require__(611);
// EXTERNAL MODULE: external "https"
var external_https_ = __nccwpck_require__(692);
// EXTERNAL MODULE: ./bundle/tunnel.cjs
var tunnel = __nccwpck_require__(980);
// EXTERNAL MODULE: ./bundle/undici.cjs
var undici = __nccwpck_require__(194);
;// CONCATENATED MODULE: ./node_modules/@actions/http-client/lib/index.js
/* eslint-disable @typescript-eslint/no-explicit-any */
var lib_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};





var HttpCodes;
(function (HttpCodes) {
    HttpCodes[HttpCodes["OK"] = 200] = "OK";
    HttpCodes[HttpCodes["MultipleChoices"] = 300] = "MultipleChoices";
    HttpCodes[HttpCodes["MovedPermanently"] = 301] = "MovedPermanently";
    HttpCodes[HttpCodes["ResourceMoved"] = 302] = "ResourceMoved";
    HttpCodes[HttpCodes["SeeOther"] = 303] = "SeeOther";
    HttpCodes[HttpCodes["NotModified"] = 304] = "NotModified";
    HttpCodes[HttpCodes["UseProxy"] = 305] = "UseProxy";
    HttpCodes[HttpCodes["SwitchProxy"] = 306] = "SwitchProxy";
    HttpCodes[HttpCodes["TemporaryRedirect"] = 307] = "TemporaryRedirect";
    HttpCodes[HttpCodes["PermanentRedirect"] = 308] = "PermanentRedirect";
    HttpCodes[HttpCodes["BadRequest"] = 400] = "BadRequest";
    HttpCodes[HttpCodes["Unauthorized"] = 401] = "Unauthorized";
    HttpCodes[HttpCodes["PaymentRequired"] = 402] = "PaymentRequired";
    HttpCodes[HttpCodes["Forbidden"] = 403] = "Forbidden";
    HttpCodes[HttpCodes["NotFound"] = 404] = "NotFound";
    HttpCodes[HttpCodes["MethodNotAllowed"] = 405] = "MethodNotAllowed";
    HttpCodes[HttpCodes["NotAcceptable"] = 406] = "NotAcceptable";
    HttpCodes[HttpCodes["ProxyAuthenticationRequired"] = 407] = "ProxyAuthenticationRequired";
    HttpCodes[HttpCodes["RequestTimeout"] = 408] = "RequestTimeout";
    HttpCodes[HttpCodes["Conflict"] = 409] = "Conflict";
    HttpCodes[HttpCodes["Gone"] = 410] = "Gone";
    HttpCodes[HttpCodes["TooManyRequests"] = 429] = "TooManyRequests";
    HttpCodes[HttpCodes["InternalServerError"] = 500] = "InternalServerError";
    HttpCodes[HttpCodes["NotImplemented"] = 501] = "NotImplemented";
    HttpCodes[HttpCodes["BadGateway"] = 502] = "BadGateway";
    HttpCodes[HttpCodes["ServiceUnavailable"] = 503] = "ServiceUnavailable";
    HttpCodes[HttpCodes["GatewayTimeout"] = 504] = "GatewayTimeout";
})(HttpCodes || (HttpCodes = {}));
var Headers;
(function (Headers) {
    Headers["Accept"] = "accept";
    Headers["ContentType"] = "content-type";
})(Headers || (Headers = {}));
var MediaTypes;
(function (MediaTypes) {
    MediaTypes["ApplicationJson"] = "application/json";
})(MediaTypes || (MediaTypes = {}));
/**
 * Returns the proxy URL, depending upon the supplied url and proxy environment variables.
 * @param serverUrl  The server URL where the request will be sent. For example, https://api.github.com
 */
function lib_getProxyUrl(serverUrl) {
    const proxyUrl = pm.getProxyUrl(new URL(serverUrl));
    return proxyUrl ? proxyUrl.href : '';
}
const HttpRedirectCodes = [
    HttpCodes.MovedPermanently,
    HttpCodes.ResourceMoved,
    HttpCodes.SeeOther,
    HttpCodes.TemporaryRedirect,
    HttpCodes.PermanentRedirect
];
const HttpResponseRetryCodes = [
    HttpCodes.BadGateway,
    HttpCodes.ServiceUnavailable,
    HttpCodes.GatewayTimeout
];
const RetryableHttpVerbs = ['OPTIONS', 'GET', 'DELETE', 'HEAD'];
const ExponentialBackoffCeiling = 10;
const ExponentialBackoffTimeSlice = 5;
class HttpClientError extends Error {
    constructor(message, statusCode) {
        super(message);
        this.name = 'HttpClientError';
        this.statusCode = statusCode;
        Object.setPrototypeOf(this, HttpClientError.prototype);
    }
}
class HttpClientResponse {
    constructor(message) {
        this.message = message;
    }
    readBody() {
        return lib_awaiter(this, void 0, void 0, function* () {
            return new Promise((resolve) => lib_awaiter(this, void 0, void 0, function* () {
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
        return lib_awaiter(this, void 0, void 0, function* () {
            return new Promise((resolve) => lib_awaiter(this, void 0, void 0, function* () {
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
function isHttps(requestUrl) {
    const parsedUrl = new URL(requestUrl);
    return parsedUrl.protocol === 'https:';
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
    options(requestUrl, additionalHeaders) {
        return lib_awaiter(this, void 0, void 0, function* () {
            return this.request('OPTIONS', requestUrl, null, additionalHeaders || {});
        });
    }
    get(requestUrl, additionalHeaders) {
        return lib_awaiter(this, void 0, void 0, function* () {
            return this.request('GET', requestUrl, null, additionalHeaders || {});
        });
    }
    del(requestUrl, additionalHeaders) {
        return lib_awaiter(this, void 0, void 0, function* () {
            return this.request('DELETE', requestUrl, null, additionalHeaders || {});
        });
    }
    post(requestUrl, data, additionalHeaders) {
        return lib_awaiter(this, void 0, void 0, function* () {
            return this.request('POST', requestUrl, data, additionalHeaders || {});
        });
    }
    patch(requestUrl, data, additionalHeaders) {
        return lib_awaiter(this, void 0, void 0, function* () {
            return this.request('PATCH', requestUrl, data, additionalHeaders || {});
        });
    }
    put(requestUrl, data, additionalHeaders) {
        return lib_awaiter(this, void 0, void 0, function* () {
            return this.request('PUT', requestUrl, data, additionalHeaders || {});
        });
    }
    head(requestUrl, additionalHeaders) {
        return lib_awaiter(this, void 0, void 0, function* () {
            return this.request('HEAD', requestUrl, null, additionalHeaders || {});
        });
    }
    sendStream(verb, requestUrl, stream, additionalHeaders) {
        return lib_awaiter(this, void 0, void 0, function* () {
            return this.request(verb, requestUrl, stream, additionalHeaders);
        });
    }
    /**
     * Gets a typed object from an endpoint
     * Be aware that not found returns a null.  Other errors (4xx, 5xx) reject the promise
     */
    getJson(requestUrl_1) {
        return lib_awaiter(this, arguments, void 0, function* (requestUrl, additionalHeaders = {}) {
            additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
            const res = yield this.get(requestUrl, additionalHeaders);
            return this._processResponse(res, this.requestOptions);
        });
    }
    postJson(requestUrl_1, obj_1) {
        return lib_awaiter(this, arguments, void 0, function* (requestUrl, obj, additionalHeaders = {}) {
            const data = JSON.stringify(obj, null, 2);
            additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
            additionalHeaders[Headers.ContentType] =
                this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson);
            const res = yield this.post(requestUrl, data, additionalHeaders);
            return this._processResponse(res, this.requestOptions);
        });
    }
    putJson(requestUrl_1, obj_1) {
        return lib_awaiter(this, arguments, void 0, function* (requestUrl, obj, additionalHeaders = {}) {
            const data = JSON.stringify(obj, null, 2);
            additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
            additionalHeaders[Headers.ContentType] =
                this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson);
            const res = yield this.put(requestUrl, data, additionalHeaders);
            return this._processResponse(res, this.requestOptions);
        });
    }
    patchJson(requestUrl_1, obj_1) {
        return lib_awaiter(this, arguments, void 0, function* (requestUrl, obj, additionalHeaders = {}) {
            const data = JSON.stringify(obj, null, 2);
            additionalHeaders[Headers.Accept] = this._getExistingOrDefaultHeader(additionalHeaders, Headers.Accept, MediaTypes.ApplicationJson);
            additionalHeaders[Headers.ContentType] =
                this._getExistingOrDefaultContentTypeHeader(additionalHeaders, MediaTypes.ApplicationJson);
            const res = yield this.patch(requestUrl, data, additionalHeaders);
            return this._processResponse(res, this.requestOptions);
        });
    }
    /**
     * Makes a raw http request.
     * All other methods such as get, post, patch, and request ultimately call this.
     * Prefer get, del, post and patch
     */
    request(verb, requestUrl, data, headers) {
        return lib_awaiter(this, void 0, void 0, function* () {
            if (this._disposed) {
                throw new Error('Client has already been disposed.');
            }
            const parsedUrl = new URL(requestUrl);
            let info = this._prepareRequest(verb, parsedUrl, headers);
            // Only perform retries on reads since writes may not be idempotent.
            const maxTries = this._allowRetries && RetryableHttpVerbs.includes(verb)
                ? this._maxRetries + 1
                : 1;
            let numTries = 0;
            let response;
            do {
                response = yield this.requestRaw(info, data);
                // Check if it's an authentication challenge
                if (response &&
                    response.message &&
                    response.message.statusCode === HttpCodes.Unauthorized) {
                    let authenticationHandler;
                    for (const handler of this.handlers) {
                        if (handler.canHandleAuthentication(response)) {
                            authenticationHandler = handler;
                            break;
                        }
                    }
                    if (authenticationHandler) {
                        return authenticationHandler.handleAuthentication(this, info, data);
                    }
                    else {
                        // We have received an unauthorized response but have no handlers to handle it.
                        // Let the response return to the caller.
                        return response;
                    }
                }
                let redirectsRemaining = this._maxRedirects;
                while (response.message.statusCode &&
                    HttpRedirectCodes.includes(response.message.statusCode) &&
                    this._allowRedirects &&
                    redirectsRemaining > 0) {
                    const redirectUrl = response.message.headers['location'];
                    if (!redirectUrl) {
                        // if there's no location to redirect to, we won't
                        break;
                    }
                    const parsedRedirectUrl = new URL(redirectUrl);
                    if (parsedUrl.protocol === 'https:' &&
                        parsedUrl.protocol !== parsedRedirectUrl.protocol &&
                        !this._allowRedirectDowngrade) {
                        throw new Error('Redirect from HTTPS to HTTP protocol. This downgrade is not allowed for security reasons. If you want to allow this behavior, set the allowRedirectDowngrade option to true.');
                    }
                    // we need to finish reading the response before reassigning response
                    // which will leak the open socket.
                    yield response.readBody();
                    // strip authorization header if redirected to a different hostname
                    if (parsedRedirectUrl.hostname !== parsedUrl.hostname) {
                        for (const header in headers) {
                            // header names are case insensitive
                            if (header.toLowerCase() === 'authorization') {
                                delete headers[header];
                            }
                        }
                    }
                    // let's make the request with the new redirectUrl
                    info = this._prepareRequest(verb, parsedRedirectUrl, headers);
                    response = yield this.requestRaw(info, data);
                    redirectsRemaining--;
                }
                if (!response.message.statusCode ||
                    !HttpResponseRetryCodes.includes(response.message.statusCode)) {
                    // If not a retry code, return immediately instead of retrying
                    return response;
                }
                numTries += 1;
                if (numTries < maxTries) {
                    yield response.readBody();
                    yield this._performExponentialBackoff(numTries);
                }
            } while (numTries < maxTries);
            return response;
        });
    }
    /**
     * Needs to be called if keepAlive is set to true in request options.
     */
    dispose() {
        if (this._agent) {
            this._agent.destroy();
        }
        this._disposed = true;
    }
    /**
     * Raw request.
     * @param info
     * @param data
     */
    requestRaw(info, data) {
        return lib_awaiter(this, void 0, void 0, function* () {
            return new Promise((resolve, reject) => {
                function callbackForResult(err, res) {
                    if (err) {
                        reject(err);
                    }
                    else if (!res) {
                        // If `err` is not passed, then `res` must be passed.
                        reject(new Error('Unknown error'));
                    }
                    else {
                        resolve(res);
                    }
                }
                this.requestRawWithCallback(info, data, callbackForResult);
            });
        });
    }
    /**
     * Raw request with callback.
     * @param info
     * @param data
     * @param onResult
     */
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
        const req = info.httpModule.request(info.options, (msg) => {
            const res = new HttpClientResponse(msg);
            handleResult(undefined, res);
        });
        let socket;
        req.on('socket', sock => {
            socket = sock;
        });
        // If we ever get disconnected, we want the socket to timeout eventually
        req.setTimeout(this._socketTimeout || 3 * 60000, () => {
            if (socket) {
                socket.end();
            }
            handleResult(new Error(`Request timeout: ${info.options.path}`));
        });
        req.on('error', function (err) {
            // err has statusCode property
            // res should have headers
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
    /**
     * Gets an http agent. This function is useful when you need an http agent that handles
     * routing through a proxy server - depending upon the url and proxy environment variables.
     * @param serverUrl  The server URL where the request will be sent. For example, https://api.github.com
     */
    getAgent(serverUrl) {
        const parsedUrl = new URL(serverUrl);
        return this._getAgent(parsedUrl);
    }
    getAgentDispatcher(serverUrl) {
        const parsedUrl = new URL(serverUrl);
        const proxyUrl = getProxyUrl(parsedUrl);
        const useProxy = proxyUrl && proxyUrl.hostname;
        if (!useProxy) {
            return;
        }
        return this._getProxyAgentDispatcher(parsedUrl, proxyUrl);
    }
    _prepareRequest(method, requestUrl, headers) {
        const info = {};
        info.parsedUrl = requestUrl;
        const usingSsl = info.parsedUrl.protocol === 'https:';
        info.httpModule = usingSsl ? external_https_ : external_http_;
        const defaultPort = usingSsl ? 443 : 80;
        info.options = {};
        info.options.host = info.parsedUrl.hostname;
        info.options.port = info.parsedUrl.port
            ? parseInt(info.parsedUrl.port)
            : defaultPort;
        info.options.path =
            (info.parsedUrl.pathname || '') + (info.parsedUrl.search || '');
        info.options.method = method;
        info.options.headers = this._mergeHeaders(headers);
        if (this.userAgent != null) {
            info.options.headers['user-agent'] = this.userAgent;
        }
        info.options.agent = this._getAgent(info.parsedUrl);
        // gives handlers an opportunity to participate
        if (this.handlers) {
            for (const handler of this.handlers) {
                handler.prepareRequest(info.options);
            }
        }
        return info;
    }
    _mergeHeaders(headers) {
        if (this.requestOptions && this.requestOptions.headers) {
            return Object.assign({}, lowercaseKeys(this.requestOptions.headers), lowercaseKeys(headers || {}));
        }
        return lowercaseKeys(headers || {});
    }
    /**
     * Gets an existing header value or returns a default.
     * Handles converting number header values to strings since HTTP headers must be strings.
     * Note: This returns string | string[] since some headers can have multiple values.
     * For headers that must always be a single string (like Content-Type), use the
     * specialized _getExistingOrDefaultContentTypeHeader method instead.
     */
    _getExistingOrDefaultHeader(additionalHeaders, header, _default) {
        let clientHeader;
        if (this.requestOptions && this.requestOptions.headers) {
            const headerValue = lowercaseKeys(this.requestOptions.headers)[header];
            if (headerValue) {
                clientHeader =
                    typeof headerValue === 'number' ? headerValue.toString() : headerValue;
            }
        }
        const additionalValue = additionalHeaders[header];
        if (additionalValue !== undefined) {
            return typeof additionalValue === 'number'
                ? additionalValue.toString()
                : additionalValue;
        }
        if (clientHeader !== undefined) {
            return clientHeader;
        }
        return _default;
    }
    /**
     * Specialized version of _getExistingOrDefaultHeader for Content-Type header.
     * Always returns a single string (not an array) since Content-Type should be a single value.
     * Converts arrays to comma-separated strings and numbers to strings to ensure type safety.
     * This was split from _getExistingOrDefaultHeader to provide stricter typing for callers
     * that assign the result to places expecting a string (e.g., additionalHeaders[Headers.ContentType]).
     */
    _getExistingOrDefaultContentTypeHeader(additionalHeaders, _default) {
        let clientHeader;
        if (this.requestOptions && this.requestOptions.headers) {
            const headerValue = lowercaseKeys(this.requestOptions.headers)[Headers.ContentType];
            if (headerValue) {
                if (typeof headerValue === 'number') {
                    clientHeader = String(headerValue);
                }
                else if (Array.isArray(headerValue)) {
                    clientHeader = headerValue.join(', ');
                }
                else {
                    clientHeader = headerValue;
                }
            }
        }
        const additionalValue = additionalHeaders[Headers.ContentType];
        // Return the first non-undefined value, converting numbers or arrays to strings if necessary
        if (additionalValue !== undefined) {
            if (typeof additionalValue === 'number') {
                return String(additionalValue);
            }
            else if (Array.isArray(additionalValue)) {
                return additionalValue.join(', ');
            }
            else {
                return additionalValue;
            }
        }
        if (clientHeader !== undefined) {
            return clientHeader;
        }
        return _default;
    }
    _getAgent(parsedUrl) {
        let agent;
        const proxyUrl = getProxyUrl(parsedUrl);
        const useProxy = proxyUrl && proxyUrl.hostname;
        if (this._keepAlive && useProxy) {
            agent = this._proxyAgent;
        }
        if (!useProxy) {
            agent = this._agent;
        }
        // if agent is already assigned use that agent.
        if (agent) {
            return agent;
        }
        const usingSsl = parsedUrl.protocol === 'https:';
        let maxSockets = 100;
        if (this.requestOptions) {
            maxSockets = this.requestOptions.maxSockets || external_http_.globalAgent.maxSockets;
        }
        // This is `useProxy` again, but we need to check `proxyURl` directly for TypeScripts's flow analysis.
        if (proxyUrl && proxyUrl.hostname) {
            const agentOptions = {
                maxSockets,
                keepAlive: this._keepAlive,
                proxy: Object.assign(Object.assign({}, ((proxyUrl.username || proxyUrl.password) && {
                    proxyAuth: `${proxyUrl.username}:${proxyUrl.password}`
                })), { host: proxyUrl.hostname, port: proxyUrl.port })
            };
            let tunnelAgent;
            const overHttps = proxyUrl.protocol === 'https:';
            if (usingSsl) {
                tunnelAgent = overHttps ? tunnel/* httpsOverHttps */.vX : tunnel/* httpsOverHttp */.I9;
            }
            else {
                tunnelAgent = overHttps ? tunnel/* httpOverHttps */.aQ : tunnel/* httpOverHttp */.xj;
            }
            agent = tunnelAgent(agentOptions);
            this._proxyAgent = agent;
        }
        // if tunneling agent isn't assigned create a new agent
        if (!agent) {
            const options = { keepAlive: this._keepAlive, maxSockets };
            agent = usingSsl ? new external_https_.Agent(options) : new external_http_.Agent(options);
            this._agent = agent;
        }
        if (usingSsl && this._ignoreSslError) {
            // we don't want to set NODE_TLS_REJECT_UNAUTHORIZED=0 since that will affect request for entire process
            // http.RequestOptions doesn't expose a way to modify RequestOptions.agent.options
            // we have to cast it to any and change it directly
            agent.options = Object.assign(agent.options || {}, {
                rejectUnauthorized: false
            });
        }
        return agent;
    }
    _getProxyAgentDispatcher(parsedUrl, proxyUrl) {
        let proxyAgent;
        if (this._keepAlive) {
            proxyAgent = this._proxyAgentDispatcher;
        }
        // if agent is already assigned use that agent.
        if (proxyAgent) {
            return proxyAgent;
        }
        const usingSsl = parsedUrl.protocol === 'https:';
        proxyAgent = new undici/* ProxyAgent */.k(Object.assign({ uri: proxyUrl.href, pipelining: !this._keepAlive ? 0 : 1 }, ((proxyUrl.username || proxyUrl.password) && {
            token: `Basic ${Buffer.from(`${proxyUrl.username}:${proxyUrl.password}`).toString('base64')}`
        })));
        this._proxyAgentDispatcher = proxyAgent;
        if (usingSsl && this._ignoreSslError) {
            // we don't want to set NODE_TLS_REJECT_UNAUTHORIZED=0 since that will affect request for entire process
            // http.RequestOptions doesn't expose a way to modify RequestOptions.agent.options
            // we have to cast it to any and change it directly
            proxyAgent.options = Object.assign(proxyAgent.options.requestTls || {}, {
                rejectUnauthorized: false
            });
        }
        return proxyAgent;
    }
    _getUserAgentWithOrchestrationId(userAgent) {
        const baseUserAgent = userAgent || 'actions/http-client';
        const orchId = process.env['ACTIONS_ORCHESTRATION_ID'];
        if (orchId) {
            // Sanitize the orchestration ID to ensure it contains only valid characters
            // Valid characters: 0-9, a-z, _, -, .
            const sanitizedId = orchId.replace(/[^a-z0-9_.-]/gi, '_');
            return `${baseUserAgent} actions_orchestration_id/${sanitizedId}`;
        }
        return baseUserAgent;
    }
    _performExponentialBackoff(retryNumber) {
        return lib_awaiter(this, void 0, void 0, function* () {
            retryNumber = Math.min(ExponentialBackoffCeiling, retryNumber);
            const ms = ExponentialBackoffTimeSlice * Math.pow(2, retryNumber);
            return new Promise(resolve => setTimeout(() => resolve(), ms));
        });
    }
    _processResponse(res, options) {
        return lib_awaiter(this, void 0, void 0, function* () {
            return new Promise((resolve, reject) => lib_awaiter(this, void 0, void 0, function* () {
                const statusCode = res.message.statusCode || 0;
                const response = {
                    statusCode,
                    result: null,
                    headers: {}
                };
                // not found leads to null obj returned
                if (statusCode === HttpCodes.NotFound) {
                    resolve(response);
                }
                // get the result from the body
                function dateTimeDeserializer(key, value) {
                    if (typeof value === 'string') {
                        const a = new Date(value);
                        if (!isNaN(a.valueOf())) {
                            return a;
                        }
                    }
                    return value;
                }
                let obj;
                let contents;
                try {
                    contents = yield res.readBody();
                    if (contents && contents.length > 0) {
                        if (options && options.deserializeDates) {
                            obj = JSON.parse(contents, dateTimeDeserializer);
                        }
                        else {
                            obj = JSON.parse(contents);
                        }
                        response.result = obj;
                    }
                    response.headers = res.message.headers;
                }
                catch (err) {
                    // Invalid resource (contents not json);  leaving result obj null
                }
                // note that 3xx redirects are handled by the http layer.
                if (statusCode > 299) {
                    let msg;
                    // if exception/error in body, attempt to get better error
                    if (obj && obj.message) {
                        msg = obj.message;
                    }
                    else if (contents && contents.length > 0) {
                        // it may be the case that the exception is in the body message as string
                        msg = contents;
                    }
                    else {
                        msg = `Failed request: (${statusCode})`;
                    }
                    const err = new HttpClientError(msg, statusCode);
                    err.result = response.result;
                    reject(err);
                }
                else {
                    resolve(response);
                }
            }));
        });
    }
}
const lowercaseKeys = (obj) => Object.keys(obj).reduce((c, k) => ((c[k.toLowerCase()] = obj[k]), c), {});
//# sourceMappingURL=index.js.map
;// CONCATENATED MODULE: ./src/process/version.js
/** Of the action and the command line; a test holds it equal to package.json's. */
const VERSION = '1.0.0';

;// CONCATENATED MODULE: ./src/api/exchange.js
/**
 * One bounded HTTP exchange; the only place that talks to the network.
 *
 * What @actions/http-client brings is the way out: proxies from the environment, by its agent. Its `requestRaw` follows
 * no redirect and repeats nothing, so the token can't travel further than the URL that it was meant for. What it does
 * not bring stands here: one time limit over connecting, TLS, sending and the whole body, and a limit on the size.
 */




/** Sends one request and reads its answer. Never throws for what the network does: that is a fault. */
function exchange(request) {
    return new Promise(resolve => {
        let sent;
        /** What the answer's status says by itself, where its body could only explain that. */
        let bare;
        /** What broke the connection. Of that, chunks that are none for one, the answer itself hears only that it is cut off. */
        let broken;
        const settle = (outcome) => {
            clearTimeout(timer);
            resolve(outcome);
            sent?.destroy();
        };
        const timer = setTimeout(() => settle(bare ?? { kind: 'fault', fault: 'timed-out', limit: request.limit }), request.limit);
        const answered = (message) => {
            const status = message.statusCode;
            const answer = { kind: 'answer', status, headers: message.headers, body: undefined };
            if (!request.bodyDecides.includes(status))
                bare = answer;
            if (!bodyMatters(status))
                return settle(answer);
            read(message, request.maxBytes).then(body => settle({ ...answer, body }), error => settle(bare ?? faultOf(broken ?? error)));
        };
        const open = (options, onResponse) => {
            sent = (request.url.protocol === 'https:' ? external_node_https_namespaceObject : external_node_http_namespaceObject).request(options, onResponse);
            sent.on('error', error => {
                broken = error;
            });
            // Without this listener a 101 would leave the promise unsettled for ever.
            return sent.on('upgrade', onResponse);
        };
        // `request` is all of the module that requestRaw uses.
        const httpModule = { request: open };
        send(request, httpModule).then(response => answered(response.message), error => settle(faultOf(error)));
    });
}
function send({ method, url, body, bearer }, httpModule) {
    const client = new HttpClient(`nolapse-token-action/${VERSION}`);
    const agent = client.getAgent(url.href);
    const options = {
        method,
        // http-client, like Node's own URL support before it, would look an IPv6 address up with its brackets.
        host: isTunnel(agent) ? url.hostname : url.hostname.replace(/^\[|\]$/g, ''),
        port: url.port || (url.protocol === 'https:' ? 443 : 80),
        path: url.pathname,
        agent,
        headers: {
            accept: 'application/json',
            'user-agent': client.userAgent,
            ...(body !== undefined && { 'content-type': 'application/json' }),
            ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
        },
    };
    return client.requestRaw({ options, parsedUrl: url, httpModule }, body === undefined ? '' : JSON.stringify(body));
}
const isTunnel = (agent) => !(agent instanceof external_node_http_namespaceObject.Agent);
/** 3xx, 408, 429 and 5xx are judged by their status, and 407 comes from a proxy: nothing in their bodies is for us. */
const bodyMatters = (status) => (status >= 200 && status < 300) || (status >= 400 && status < 500 && ![407, 408, 429].includes(status));
function read(message, maxBytes) {
    return new Promise((resolve, reject) => {
        const chunks = [];
        let size = 0;
        message.on('data', (chunk) => {
            size += chunk.length;
            if (size > maxBytes)
                resolve('too-large');
            else
                chunks.push(chunk);
        });
        message.on('end', () => resolve(Buffer.concat(chunks)));
        message.on('error', reject);
    });
}
/**
 * OpenSSL's and Node's names for a certificate that can't be verified (Node.js documentation, "X509 certificate
 * error codes").
 */
const UNVERIFIABLE = /^(UNABLE_TO_|CERT_|CRL_|DEPTH_ZERO_|SELF_SIGNED_|ERROR_IN_C|INVALID_(CA|PURPOSE)|PATH_LENGTH_|HOSTNAME_MISMATCH|ERR_TLS_CERT_|(EE|CA)_(KEY|MD)_)/;
/** A peer that speaks, but not the protocol. An end in the middle (the other HPE_ codes) is a connection cut off. */
const NOT_THE_PROTOCOL = /^(HPE_(?!INVALID_EOF_STATE|CLOSED_CONNECTION)|ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG))/;
function faultOf(error) {
    // `tunnel` reports all that goes wrong before the tunnel stands as ECONNRESET; only its message says more.
    const refused = /^tunneling socket could not be established, statusCode=(\d+)/.exec(error.message);
    if (refused)
        return { kind: 'fault', fault: 'proxy', status: Number(refused[1]) };
    if (/^tunneling socket .*cause=getaddrinfo ENOTFOUND/.test(error.message))
        return { kind: 'fault', fault: 'unreachable', code: 'ENOTFOUND' };
    if (/^tunneling socket|^got illegal response body from proxy/.test(error.message))
        return { kind: 'fault', fault: 'proxy', status: undefined };
    const code = codeOf(error);
    if (UNVERIFIABLE.test(code))
        return { kind: 'fault', fault: 'untrusted', code };
    if (NOT_THE_PROTOCOL.test(code))
        return { kind: 'fault', fault: 'not-http', code };
    return { kind: 'fault', fault: 'unreachable', code };
}
/**
 * Where sending meets OpenSSL's error before receiving does, Node gives it the code EPROTO, and only the text tells which.
 * Other texts can hold what the peer chose, such as the names in its certificate.
 */
function codeOf(error) {
    const reason = error.code === 'EPROTO' && /:SSL routines:[^:]*:([^:]+):/.exec(error.message)?.[1];
    if (reason)
        return `ERR_SSL_${reason.toUpperCase().replace(/\W/g, '_')}`;
    return error.code ?? /* istanbul ignore next -- every error of Node's network has a code */ error.name;
}

;// CONCATENATED MODULE: ./src/api/validate.js
/** `POST /v1/auth/validate`: is this token valid? */



/** Asks the platform itself. */
const askPlatform = async (token, api, limit) => {
    const outcome = await exchange({
        method: 'POST',
        url: endpoint(api, '/v1/auth/validate'),
        body: { token },
        limit,
        maxBytes: MAX_ANSWER,
        bodyDecides: [200, 401],
    });
    return judgeAnswer(outcome, token);
};

;// CONCATENATED MODULE: ./src/process/clock.js
/** Time and chance, passed in so that a test can set them. */
const realClock = {
    // Not performance.now(): the first use of that global loads perf_hooks, ten modules that nothing else here needs.
    now: () => process.uptime() * 1000,
    date: () => Date.now(),
    random: () => Math.random(),
    sleep: milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds)),
};

;// CONCATENATED MODULE: ./src/gate/token.js
/**
 * The form of a nolapse token, and what is wrong with a value that does not have it.
 *
 * A token is opaque: its form is checked, its body is never parsed. Since v0.2.0 of nolapse it is `nlp_` and 40
 * lowercase hex characters; before that its body was 40 mixed-case alphanumerics (nolapse's documentation).
 */

/** First characters by which other vendors' tokens are known, from their own documentation. */
const VENDORS = [
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
const UNEXPANDED = /^(\$[A-Z_][A-Z0-9_]*|\$\{[A-Z_][A-Z0-9_]*\}|%[A-Z_][A-Z0-9_]*%)$/;
/** Tells a well-formed token from a value that is absent and from one that is malformed, and how. */
function examine(value) {
    if (value === undefined || value === '')
        return { form: 'absent', absence: 'unset' };
    if (value.trim() === '')
        return { form: 'absent', absence: 'blank' };
    if (UNEXPANDED.test(value))
        return { form: 'absent', absence: 'unexpanded' };
    if (WELL_FORMED.test(value))
        return { form: 'well-formed', token: value };
    return { form: 'malformed', flaw: flawOf(value), length: value.length };
}
/** In the order of how much each explains: a quoted token also has a wrong length, but the quotes are the cause. */
function flawOf(value) {
    const inner = value.trim();
    if (/[\r\n]/.test(inner))
        return 'several-lines';
    if (inner.includes('${{'))
        return 'expression';
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
    const vendor = VENDORS.find(([prefix]) => prefix.test(inner));
    if (vendor)
        return `vendor:${vendor[1]}`;
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
    if (value.length !== TOKEN_LENGTH)
        return 'length';
    if (/^nlp_[0-9a-f]+$/i.test(value))
        return 'upper-case';
    if (/^nlp_[0-9a-z]+$/i.test(value))
        return 'before-v0.2.0';
    return 'characters';
}

;// CONCATENATED MODULE: ./src/gate/verdict.js
/** Judges what the platform said by what was asked for. */
function judge(finding, settings) {
    switch (finding.kind) {
        case 'untrusted':
            return { reason: 'untrusted', code: finding.code };
        case 'unavailable':
            return { reason: 'unavailable', cause: finding.cause, requestId: finding.requestId };
        case 'unexpected':
            return { reason: 'unexpected-response', surprise: finding.surprise, requestId: finding.requestId };
        case 'refused':
            return { reason: 'invalid', said: finding.said, requestId: finding.requestId };
        case 'granted': {
            const { orgId, scopes, requestId } = finding;
            if (settings.expectedOrgId !== undefined && settings.expectedOrgId !== orgId)
                return { reason: 'wrong-org', orgId, requestId };
            const lacking = settings.requiredScopes.filter(scope => !scopes.includes(scope));
            if (lacking.length > 0)
                return { reason: 'missing-scope', lacking, granted: scopes, requestId };
            return { reason: 'ok', orgId, scopes, requestId };
        }
    }
}
function outputsOf(verdict) {
    const valid = verdict.reason === 'ok';
    return {
        valid: valid ? 'true' : 'false',
        reason: verdict.reason,
        org_id: valid ? verdict.orgId : '',
        scopes: valid ? verdict.scopes : [],
        request_id: 'requestId' in verdict ? verdict.requestId : '',
    };
}
/** What becomes of the run: only a valid token passes, and only what the user named is tolerated. */
function fateOf(verdict, settings) {
    if (verdict.reason === 'ok')
        return 'passed';
    if (Array.isArray(settings))
        return 'failed';
    return settings.tolerate.some(reason => reason === verdict.reason) ? 'tolerated' : 'failed';
}

;// CONCATENATED MODULE: ./src/gate/gate.js
/** The whole story on one page: is this token good for what is to be done with it, and if not, why? */





/** Validates a value as a nolapse token. Decides in the order of `REASONS`, and sends nothing that is not well-formed. */
async function gate(value, settings, { ask, clock, onRetry }) {
    const start = clock.now();
    const rule = (verdict, attempts = 0) => ({
        verdict,
        attempts,
        elapsed: clock.now() - start,
    });
    if (Array.isArray(settings))
        return rule({ reason: 'misconfigured', problems: settings });
    const examined = examine(value);
    if (examined.form === 'absent')
        return rule({ reason: 'missing', absence: examined.absence });
    if (examined.form === 'malformed')
        return rule({ reason: 'malformed', flaw: examined.flaw, length: examined.length });
    const { token } = examined;
    const { finding, attempts } = await askUntilAnswered(limit => ask(token, settings.api, limit), settings.timeout, clock, onRetry);
    return rule(judge(finding, settings), attempts);
}
/** The gate before a real platform, by a real clock. */
const surroundings = (onRetry) => ({
    ask: askPlatform,
    clock: realClock,
    onRetry,
});

;// CONCATENATED MODULE: ./src/gate/reasons.js
/** The words that outputs and messages name a verdict by. */
/** In the order in which they are decided. An open set: new ones may come in a minor version. */
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

;// CONCATENATED MODULE: ./src/gate/masks.js
/** What a log must not show of a value that may be a token. */


/**
 * The runner replaces a mask wherever it occurs, and drops a job output that one occurs in. So what is shorter is
 * no secret worth that, and the words that our own `reason` output is made of are none at all.
 */
const SHORTEST_MASK = 8;
/**
 * The strings to mask for a value that may be a token, well-formed or not: line by line, since a mask of several
 * lines masks the short ones too.
 */
function masksOf(value) {
    const lines = value.split(/[\r\n]/).map(line => line.trim());
    const worthMasking = lines.filter(line => line.length >= SHORTEST_MASK && !REASONS.some(reason => reason.includes(line)));
    return [...new Set([...worthMasking, ...tokensIn(value)])];
}

;// CONCATENATED MODULE: ./src/gate/settings.js
/** What a run is asked to do: settings as text, from whichever face, checked and typed. */


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
const refuseToken = () => unusable('holds a nolapse token. A token belongs in NOLAPSE_TOKEN alone.');
/** Reads every setting, so that one run tells of every problem there is. */
function readSettings(raw) {
    const problems = [];
    function read(name, parse, fallback) {
        const value = raw[name]?.trim() || DEFAULTS[name];
        try {
            if (isTokenLike(value))
                refuseToken();
            return parse(value);
        }
        catch (error) {
            /* istanbul ignore if -- a defect: nothing else is thrown by the parsers below */
            if (!(error instanceof Unusable))
                throw error;
            problems.push({ subject: name, says: error.message });
            return fallback;
        }
    }
    const insecure = read('allow-insecure-http', parseBoolean, false);
    const settings = {
        api: read('api-url', value => parseApiUrl(value, insecure), new URL(DEFAULTS['api-url'])),
        requiredScopes: read('required-scopes', parseScopes, []),
        expectedOrgId: read('expected-org-id', parseOrgId, undefined),
        tolerate: read('tolerate', parseTolerate, []),
        timeout: read('timeout-seconds', parseSeconds, 0) * 1000,
    };
    return problems.length > 0 ? problems : settings;
}
const listOf = (value) => [...new Set(value.split(/[\s,]/).filter(Boolean))];
function parseApiUrl(value, insecure) {
    if (!/^https?:\/\//i.test(value) || /[\s\\]/.test(value) || !URL.canParse(value))
        return unusable('is not an absolute http(s) URL. Write it like https://nolapse.example.com.');
    const url = new URL(value);
    if (url.username || url.password || /^[^/]*\/\/[^/]*@/.test(value))
        return unusable('has a user name or password in it. Remove them: the token is the only credential.');
    if (value.includes('?') || value.includes('#'))
        return unusable('has a query or a fragment (? or #). Give the base URL alone.');
    url.pathname = url.pathname.replace(/\/+$/, '');
    if (/\/v1(\/auth(\/validate)?)?$/.test(url.pathname))
        return unusable("ends in the API's own path. Remove /v1 and what follows it: /v1/auth/validate is added to it.");
    if (url.protocol === 'http:' && !insecure && !isLoopback(url.hostname))
        return unusable('is plain http:// to a host that is not this machine, which would send the token unencrypted. ' +
            'Use https://, or switch on allow-insecure-http where the network is trusted.');
    return url;
}
/** Exact, unlike http-client's own test (`startsWith('127.')`), for which 127.example.com is loopback as well. */
const isLoopback = (hostname) => hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
function parseScopes(value) {
    const scopes = listOf(value);
    if (scopes.length === 1 && scopes[0] === 'none')
        return [];
    // Scopes are told where they are lacking, and this has the form of a token's body.
    if (scopes.some(scope => /^[0-9a-f]{40}$/i.test(scope)))
        return refuseToken();
    if (scopes.length === 0 || scopes.includes('none') || !scopes.every(scope => SCOPE.test(scope)))
        return unusable('is not a list of scopes. Separate them by commas, spaces or new lines, each of letters, digits and : . _ - ; ' +
            'the single word none asks for none.');
    return scopes;
}
function parseOrgId(value) {
    if (value !== '' && !ORG_ID.test(value))
        return unusable('is not an organisation id. One has 1 to 128 letters, digits and . _ : - , like org_abc123.');
    return value || undefined;
}
function parseTolerate(value) {
    const reasons = listOf(value);
    const tolerable = (reason) => reason === 'missing' || reason === 'unavailable';
    if (reasons.every(tolerable) && (value === '' || reasons.length > 0))
        return reasons;
    return unusable('can only be missing, unavailable, or both. For any other reason let the workflow decide: ' +
        'continue-on-error on GitHub, allow_failure in GitLab.');
}
function parseSeconds(value) {
    const seconds = /^\d+$/.test(value) ? Number(value) : Number.NaN;
    return seconds >= 1 && seconds <= 600
        ? seconds
        : unusable('is not a whole number of seconds from 1 to 600.');
}
/** The spellings that GitHub's own actions take (YAML 1.2 core schema). */
function parseBoolean(value) {
    if (!/^(true|True|TRUE|false|False|FALSE)$/.test(value))
        return unusable('is neither true nor false.');
    return value.toLowerCase() === 'true';
}

// EXTERNAL MODULE: ./src/messages/message.js
var messages_message = __nccwpck_require__(785);
;// CONCATENATED MODULE: ./src/messages/reasons/internal-error.js

const internalError = (defect) => ({
    what: `The gate itself failed (${defect}). This is a defect of nolapse/token-action, not of your token.`,
    causes: [],
    remedy: `Please report it, with this message, at ${messages_message/* HOME */.yZ}/issues. A run that is repeated may pass.`,
});

;// CONCATENATED MODULE: ./src/messages/neutralise.js
/** Text from the network, made safe to print. */
const LONGEST = 200;
/**
 * Control characters, line and paragraph separators, and the marks that turn the direction of text: they could start a
 * line of their own, which the runner reads as a command, or show a person something else than what is there.
 */
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]+/gu;
/**
 * One line of at most 200 characters, or of as many as you say, in which the runner finds no command: it takes `::name::` at the start of a line
 * and `##[name]` anywhere (actions/runner, ActionCommand.cs).
 */
function neutralise(text, longest = LONGEST) {
    const line = text
        .replace(UNPRINTABLE, ' ')
        .replace(/:(?=:)/g, ': ')
        .replace(/#(?=#)/g, '# ')
        .trim();
    const characters = [...line];
    return characters.length > longest ? `${characters.slice(0, longest - 1).join('')}\u2026` : line;
}

;// CONCATENATED MODULE: ./src/messages/reasons/invalid.js


const invalid = (said, { host, setting }) => ({
    what: `The platform at ${host} refuses this token: it is well-formed, but not valid.${said && ` It says: "${neutralise(said)}"`}`,
    causes: [
        'The token was rotated, and the time in which the old one still works is over.',
        'The token was revoked.',
        'The token was created less than a minute ago: a new one can take that long to work.',
        `The token belongs to another deployment of nolapse than ${host}.`,
    ],
    remedy: `If the token is new, run again in a minute. Otherwise check its status in nolapse and that ${setting('api-url')} is right. ${messages_message/* CREATE */.lY}`,
});

;// CONCATENATED MODULE: ./src/messages/reasons/malformed.js


const SET_AGAIN = 'Store the token again, exactly as nolapse showed it: 44 characters, nlp_ first, nothing around it.';
const FLAWS = {
    'line-break': [
        'it has a line break at an end, as pasting or `echo` adds one',
        `${SET_AGAIN} With a shell, use printf, not echo.`,
    ],
    'several-lines': [
        'it has several lines',
        `${SET_AGAIN} A file or several values were stored in its place.`,
    ],
    'white-space': ['it has white space at an end or inside', SET_AGAIN],
    quotes: [
        'it has quotes around it, and quotes are stored as they are',
        `${SET_AGAIN} Leave the quotes out.`,
    ],
    bearer: [
        'it starts with the name of an authentication scheme, such as Bearer',
        `${SET_AGAIN} Leave that word out.`,
    ],
    assignment: [
        'it is an assignment, like NAME=value',
        `${SET_AGAIN} Only what stands after the = belongs there.`,
    ],
    expression: [
        'it is an expression of a workflow that was not evaluated: ${{ \u2026 }} as text',
        'Write the expression where workflows evaluate it (with: or env:), not in a script, a file or the secret itself.',
    ],
    masked: [
        'it is a row of asterisks: what a log shows in the place of a secret, not the secret',
        `A token is shown once, when it is created, and can not be copied from a log. ${messages_message/* CREATE */.lY}`,
    ],
    json: [
        'it is JSON',
        `${SET_AGAIN} Where the platform's answer was stored, only its field "secret" is the token.`,
    ],
    invisible: [
        'it has characters that are invisible or not of ASCII, as copying from a page or a chat brings them',
        SET_AGAIN,
    ],
    'prefix-case': ['its prefix is not in lower case', SET_AGAIN],
    prefix: ['it does not start with nlp_', SET_AGAIN],
    'before-v0.2.0': [
        'it has the form of tokens issued before v0.2.0 of nolapse, which this gate does not take',
        messages_message/* CREATE */.lY,
    ],
    'upper-case': ['it has upper-case letters, and a token has only 0-9 and a-f after nlp_', SET_AGAIN],
    length: ['its length is not that of a token', `${SET_AGAIN} Part of it may not have been copied.`],
    characters: ['it has characters that no token has: after nlp_ come 0-9 and a-f alone', SET_AGAIN],
};
function malformed(flaw, length) {
    const vendor = /^vendor:(.*)/.exec(flaw)?.[1];
    const [what, remedy] = vendor
        ? [`it looks like a token of ${vendor}`, `Store the token of nolapse instead, which starts with nlp_.`]
        : FLAWS[flaw];
    return {
        what: `The value given as NOLAPSE_TOKEN is not a nolapse token: ${what}. (It has ${length} characters; a token has ${TOKEN_LENGTH}.)`,
        causes: [],
        remedy: `${remedy} Nothing was sent to the platform.`,
    };
}

;// CONCATENATED MODULE: ./src/messages/reasons/misconfigured.js

const misconfigured = (problems, { setting }) => ({
    what: problems.map(({ subject, says }) => (0,messages_message/* sentence */.em)(`${setting(subject)} ${says}`)).join('\n'),
    causes: [],
    remedy: 'Correct what is named above. Nothing was sent to the platform.',
});

;// CONCATENATED MODULE: ./src/messages/reasons/missing.js
const missing = (absence) => ({
    what: ABSENCES[absence],
    causes: [],
    remedy: 'Make the token available as NOLAPSE_TOKEN.',
});
const ABSENCES = {
    unset: 'There is no nolapse token: NOLAPSE_TOKEN is not set, or empty.',
    blank: 'There is no nolapse token: the value has nothing but white space in it.',
    unexpanded: 'There is no nolapse token: the value is the name of a variable that was not there to be expanded, like $NAME.',
};

;// CONCATENATED MODULE: ./src/messages/describe.js
/** What came instead of an answer, in a few words. */

/** What happened instead of an answer, in a few words. */
function describe(cause) {
    if (cause.kind === 'status')
        return describe_status(cause.status);
    switch (cause.fault) {
        case 'timed-out':
            return `no answer within ${Number((cause.limit / 1000).toFixed(1))} s`;
        case 'proxy':
            return cause.status ? `the proxy refused with ${describe_status(cause.status)}` : 'the proxy failed';
        case 'unreachable':
            return CODES[cause.code] ?? `the connection failed (${cause.code})`;
    }
}
const CODES = {
    ECONNREFUSED: 'connection refused',
    ECONNRESET: 'connection cut off',
    EPIPE: 'connection cut off',
    HPE_INVALID_EOF_STATE: 'connection cut off',
    ENOTFOUND: 'the host name does not exist',
    EAI_AGAIN: 'the name server does not answer',
    ETIMEDOUT: 'no connection in time',
    EHOSTUNREACH: 'the host is unreachable',
    ENETUNREACH: 'the network is unreachable',
};
/** The reason phrase is our own: what the server sends in its place could be anything. */
const describe_status = (code) => `${code} ${external_node_http_namespaceObject.STATUS_CODES[code] ?? ''}`.trim();

;// CONCATENATED MODULE: ./src/messages/progress.js


/** The one line of a gate that passes. */
const passed = (orgId, scopes, host, elapsed) => `nolapse token is valid: organisation ${neutralise(orgId)}, scopes ${listed(scopes)} (${host}, ${Math.round(elapsed)} ms)`;
/** The line before each wait. */
const retrying = ({ attempt, unavailable, wait }, host) => `Attempt ${attempt}: ${describe(unavailable.cause)} (${host}). Next attempt in ${(wait / 1000).toFixed(1)} s.`;
const listed = (scopes) => neutralise(scopes.join(', ')) || 'none';

;// CONCATENATED MODULE: ./src/messages/reasons/missing-scope.js


const missingScope = (lacking, granted, { setting }) => ({
    what: `The token is valid, but it lacks a required scope: ${listed(lacking)}. It has: ${listed(granted)}.`,
    causes: [
        'The token was created without that scope.',
        (0,messages_message/* sentence */.em)(`${setting('required-scopes')} asks for more than is needed.`),
    ],
    remedy: `Create a token with that scope and store it, or correct ${setting('required-scopes')}.`,
});

;// CONCATENATED MODULE: ./src/messages/reasons/unavailable.js

function unavailable(cause, { host, seconds, setting }) {
    const again = `Run again later. To ride out a longer outage, raise ${setting('timeout-seconds')}. To go on without a validated token, name unavailable in ${setting('tolerate')}.`;
    const message = (causes, remedy = again) => ({
        what: `The platform at ${host} gave no usable answer: ${describe(cause)}. (The limit is ${seconds} s.)`,
        causes,
        remedy,
    });
    if (cause.kind === 'status') {
        if (cause.status === 407)
            return message(['A proxy asks for a user name and password.'], PROXY);
        if (cause.status === 429)
            return message(['Many jobs validate the same token at once.'], `${again} One gate job for all others asks only once.`);
        return message(['The platform, or a proxy before it, is down or overloaded.'], again);
    }
    if (cause.fault === 'proxy')
        return message(['The proxy refuses, or can not reach the platform.'], PROXY);
    if (cause.fault === 'unreachable' && cause.code === 'ENOTFOUND')
        return message([
            `The host name in ${setting('api-url')} is misspelled, or known only inside another network.`,
            'A proxy is needed to reach it.',
        ], `Correct ${setting('api-url')}, or set https_proxy.`);
    return message(['The platform is down.', 'A firewall is in the way, or a proxy is needed to reach it.']);
}
const PROXY = 'Check the proxy that the environment names (https_proxy, http_proxy, no_proxy) and its credentials.';

;// CONCATENATED MODULE: ./src/messages/reasons/unexpected-response.js



function unexpectedResponse(surprise, { host, setting }) {
    const apiUrl = setting('api-url');
    const unexpected = (what, cause, remedy) => ({
        what: `What answered at ${host} is not the nolapse API as we know it: ${what}.`,
        causes: [(0,messages_message/* sentence */.em)(cause)],
        remedy,
    });
    switch (surprise.kind) {
        case 'redirect':
            return unexpected(`it redirects (${describe_status(surprise.status)}), and the token is not sent to another place`, `${apiUrl} has http:// for https://, or an old host name; or a sign-in page stands before the platform.`, `Set ${apiUrl} to where the platform really is.`);
        case 'html':
            return unexpected(`it sent an HTML page (${describe_status(surprise.status)}), as a proxy, a captive portal or a sign-in page does`, 'Something between this machine and the platform answers in its place.', `Open the way to ${host}, by the proxy's settings or a firewall's, and check ${apiUrl}.`);
        case 'not-json':
            return unexpected(`its answer (${describe_status(surprise.status)}) is not JSON`, `${apiUrl} names another service, or something on the way changes the answer.`, `Check ${apiUrl}, and what stands between this machine and the platform.`);
        case 'too-large':
            return unexpected(`its answer (${describe_status(surprise.status)}) is longer than 64 KiB`, `${apiUrl} names another service.`, `Check ${apiUrl}.`);
        case 'not-http':
            return unexpected(`it does not speak HTTP there (${surprise.code})`, `${apiUrl} has https:// where the server has http://, the other way round, or the port of something else.`, `Correct the scheme or the port in ${apiUrl}.`);
        case 'field':
            return unexpected(`in its answer, ${surprise.field} ${WRONG[surprise.wrong]}`, 'The platform and this gate are of versions that do not fit, or another service answers.', `Update both, and check ${apiUrl}.`);
        case 'status':
            return explainStatus(surprise, unexpected, apiUrl);
    }
}
const WRONG = {
    missing: 'is missing',
    type: 'has the wrong type',
    characters: 'has characters that it must not have',
    token: 'repeats a part of the token',
};
function explainStatus({ status: code, html, said }, unexpected, apiUrl) {
    const words = said ? ` and says "${neutralise(said)}"` : '';
    const what = `it answered ${describe_status(code)}${html ? ', with an HTML page' : ''}${words}`;
    if (code === 404 || code === 405 || code === 501)
        return unexpected(what, `${apiUrl} is not the base URL of a nolapse platform, or that platform does not have the validation endpoint yet.`, `Check ${apiUrl}; update a platform of your own. The cloud may not offer validation yet.`);
    if (code === 403)
        return unexpected(what, 'A firewall or proxy on the way forbids the request.', 'Allow this machine to reach POST /v1/auth/validate of the platform.');
    return unexpected(what, `${apiUrl} names another service, or the platform and this gate are of versions that do not fit.`, `Check ${apiUrl}, and update both.`);
}

;// CONCATENATED MODULE: ./src/messages/reasons/untrusted.js
function untrusted(code, host) {
    const own = 'The platform uses a certificate of a private authority, or a proxy on the way opens TLS connections.';
    const [causes, remedy] = /EXPIRED|NOT_YET/.test(code)
        ? [
            [
                "The platform's certificate has expired or is not valid yet.",
                'The clock of this machine is wrong.',
            ],
            "Have the platform's certificate renewed, and check this machine's clock.",
        ]
        : /ALTNAME|HOSTNAME/.test(code)
            ? [
                [
                    'The host in the URL is not the one that the certificate was made for.',
                    'Another server answers at that address.',
                ],
                'Use the host name that the certificate names.',
            ]
            : [
                [own],
                'Point NODE_EXTRA_CA_CERTS at a file with the certificate of that authority, in the environment of this step.',
            ];
    return {
        what: `The certificate of ${host} can't be verified (${code}). The token was not sent.`,
        causes,
        remedy: `${remedy} Never switch the verification off.`,
    };
}

;// CONCATENATED MODULE: ./src/messages/reasons/wrong-org.js


const wrongOrg = (orgId, { setting }) => ({
    what: `The token is valid, but it belongs to the organisation ${neutralise(orgId)}, which is not the expected one.`,
    causes: [
        'A token of another organisation is stored, or a nearer secret or variable of the same name hides the right one.',
        (0,messages_message/* sentence */.em)(`${setting('expected-org-id')} is out of date.`),
    ],
    remedy: `Store a token of the expected organisation, or correct ${setting('expected-org-id')}.`,
});

;// CONCATENATED MODULE: ./src/messages/explain.js










function explain(verdict, situation) {
    switch (verdict.reason) {
        case 'misconfigured':
            return misconfigured(verdict.problems, situation);
        case 'missing':
            return missing(verdict.absence);
        case 'malformed':
            return malformed(verdict.flaw, verdict.length);
        case 'untrusted':
            return untrusted(verdict.code, situation.host);
        case 'unavailable':
            return unavailable(verdict.cause, situation);
        case 'unexpected-response':
            return unexpectedResponse(verdict.surprise, situation);
        case 'invalid':
            return invalid(verdict.said, situation);
        case 'wrong-org':
            return wrongOrg(verdict.orgId, situation);
        case 'missing-scope':
            return missingScope(verdict.lacking, verdict.granted, situation);
        case 'internal-error':
            return internalError(verdict.defect);
    }
}

;// CONCATENATED MODULE: ./src/process/defect.js
/** What may be told of an error that nobody expected: its kind and its place, never its text, which could hold anything. */
function defectOf(error) {
    const place = /\(?([^\s()/\\]+:\d+:\d+)\)?$/m.exec(String(error instanceof Error ? error.stack : ''))?.[1];
    return [error instanceof Error ? error.name : typeof error, place].filter(Boolean).join(' at ');
}

;// CONCATENATED MODULE: ./src/action/action.js
/** The GitHub face of the gate: inputs \u2192 mask \u2192 gate \u2192 outputs \u2192 annotation and summary. */












/**
 * Runs the step and returns its exit code.
 *
 * @param crash rejects where an error nobody caught has ended the run: no answer that comes after it counts
 */
async function action(crash = new Promise(() => { })) {
    const raw = Object.fromEntries(Object.keys(DEFAULTS).map(name => [name, getInput(name)]));
    const tokens = {
        input: getInput('token', { trimWhitespace: false }),
        environment: process.env.NOLAPSE_TOKEN ?? '',
        sibling: getInput('nolapse-token', { trimWhitespace: false }),
    };
    for (const secret of new Set([
        ...Object.values(tokens).flatMap(masksOf),
        ...Object.values(raw).flatMap(tokensIn),
    ]))
        setSecret(secret);
    const obstacle = obstacleTo(trial);
    if (obstacle)
        return reportUndelivered(`${obstacle}. Nothing was sent to the platform`);
    if (tokens.input && tokens.environment && tokens.input !== tokens.environment)
        warning('The input `token` and NOLAPSE_TOKEN in the environment differ. The input is what is checked; later steps, nolapse ' +
            'among them, will use the one in the environment. What to do: give the token in one place.', { title: 'nolapse token: two tokens' });
    const settings = checkEnvironment(readSettings(raw));
    const situation = (0,messages_message/* situationOf */._7)(settings, inputName);
    const ruling = await Promise.race([
        gate(tokens.input || tokens.environment, tokens.sibling ? withSibling(settings) : settings, surroundings(retry => info(retrying(retry, situation.host)))),
        crash,
    ]);
    return report(ruling, settings, situation);
}
/** The last resort: a defect of ours is a verdict too. */
async function reportDefect(error) {
    await report({ verdict: { reason: 'internal-error', defect: defectOf(error) }, attempts: 0, elapsed: 0 }, [], (0,messages_message/* situationOf */._7)([], inputName));
    return 1;
}
const inputName = (name) => name in DEFAULTS || name === 'nolapse-token' ? `the input \`${name}\`` : name;
/** nolapse/nolapse-action calls its token input so; whoever takes that name along would else hear that there is no token. */
const withSibling = (settings) => [
    ...(Array.isArray(settings) ? settings : []),
    { subject: 'nolapse-token', says: "is nolapse-action's name for it. Here the input is called `token`." },
];
/** Why outputs can't be written, if so. Without GITHUB_OUTPUT, core would print them as commands of old. */
function obstacleTo(write) {
    const path = process.env.GITHUB_OUTPUT;
    if (!path)
        return 'GITHUB_OUTPUT is not set';
    try {
        write(path);
        return undefined;
    }
    catch (error) {
        // core's own error, without a code, is for a file that is not there.
        return `the file that GITHUB_OUTPUT names is not writable (${error.code ?? 'ENOENT'})`;
    }
}
/** Writes one byte, since a full disk shows no sooner, and takes it back, as not every engine skips an empty line. */
function trial(path) {
    const file = (0,external_node_fs_.openSync)(path, 'r+');
    try {
        const { size } = (0,external_node_fs_.fstatSync)(file);
        (0,external_node_fs_.writeSync)(file, '\n', size);
        (0,external_node_fs_.ftruncateSync)(file, size);
    }
    finally {
        (0,external_node_fs_.closeSync)(file);
    }
}
function reportUndelivered(why) {
    error(`The step's outputs can't be delivered: ${why}. ` +
        'What to do: run this action in a GitHub Actions runner, with room on its disk.', { title: 'nolapse token: no outputs' });
    return 1;
}
async function report(ruling, settings, situation) {
    const { verdict } = ruling;
    // The file was writable when the run began, which says nothing of now.
    const obstacle = obstacleTo(() => deliver(verdict));
    if (obstacle)
        return reportUndelivered(obstacle);
    if (verdict.reason === 'ok') {
        info(passed(verdict.orgId, verdict.scopes, situation.host, ruling.elapsed));
        return 0;
    }
    const message = explain(verdict, situation);
    const tolerated = fateOf(verdict, settings) === 'tolerated';
    // What only a failed run needs is loaded only then, and after the outputs are written: should it not load, a hint is lost.
    const aftermath = await loadAftermath().catch(() => undefined);
    message.causes.unshift(...((await aftermath?.likelyCauses(verdict)) ?? []));
    const text = (0,messages_message/* textOf */.b6)(message, verdict.reason);
    if (tolerated)
        warning(`Tolerated, as \`tolerate\` asks: the step passes, and its output valid is false.\n${text}`, {
            title: `nolapse token: ${verdict.reason} (tolerated)`,
        });
    else
        error(text, { title: `nolapse token: ${verdict.reason}` });
    await aftermath?.writeSummary(ruling, message, situation.host);
    return tolerated ? 0 : 1;
}
/** A function of its own, since a bundled import does not reject but throws at once where its file is not there. */
const loadAftermath = async () => __nccwpck_require__.e(/* import() */ 516).then(__nccwpck_require__.bind(__nccwpck_require__, 516));
/**
 * `valid` comes last: whatever stops the writing half-way, a workflow that asks for valid == 'true' has all that
 * goes with it.
 */
function deliver(verdict) {
    const { valid, ...rest } = outputsOf(verdict);
    for (const [name, value] of Object.entries(rest))
        setOutput(name, value);
    setOutput('valid', valid);
}

;// CONCATENATED MODULE: ./src/action/index.js
/** The action's entry. */



// Nobody reads a broken pipe.
process.stdout.on('error', () => process.exit(1));
const crash = new Promise((_, reject) => process.on('uncaughtException', reject));
Promise.race([action(crash), crash])
    .catch(reportDefect)
    .then(end, () => end(1));

})();

module.exports = __webpack_exports__;
/******/ })()
;