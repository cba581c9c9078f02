#!/usr/bin/env node
/******/ (() => { // webpackBootstrap
/******/ 	var __webpack_modules__ = ({

/***/ 8266:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   G6: () => (/* binding */ MAX_ANSWER),
/* harmony export */   Gb: () => (/* binding */ requestIdOf),
/* harmony export */   Gv: () => (/* binding */ isObject),
/* harmony export */   _n: () => (/* binding */ judgeAnswer),
/* harmony export */   ag: () => (/* binding */ said),
/* harmony export */   dY: () => (/* binding */ judgeNoAnswer),
/* harmony export */   qg: () => (/* binding */ parse)
/* harmony export */ });
/* harmony import */ var _contract_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(9570);
/* harmony import */ var _secrets_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3219);
/** What an answer to a validation says, and whether anything is an answer at all: by status, headers and bytes. Pure. */


/** The most that an answer to a validation may have, in bytes. */
const MAX_ANSWER = 64 * 1024;
/**
 * Judges what one attempt brought.
 *
 * @param token the token that was sent. The answer is compared with it, so that no part of it comes back as something else
 * @param others the other secrets of the run, which the answer must not repeat either
 */
function judgeAnswer(outcome, token, others = new _secrets_js__WEBPACK_IMPORTED_MODULE_0__/* .Secrets */ .Sb()) {
    const secrets = others.and(token);
    const none = judgeNoAnswer(outcome, secrets);
    if (none)
        return none;
    const { status, headers, body } = outcome;
    const requestId = requestIdOf(headers['x-request-id'], secrets);
    const unexpected = (surprise) => ({ kind: 'unexpected', surprise, requestId });
    const html = /\bhtml\b/i.test(headers['content-type'] ?? '');
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
}
/** What is no answer at any endpoint: faults, statuses of a passing nature, redirects. */
function judgeNoAnswer(outcome, secrets) {
    if (outcome.kind === 'fault')
        return judgeFault(outcome);
    const { status, headers } = outcome;
    const requestId = requestIdOf(headers['x-request-id'], secrets);
    // Only a proxy answers so, one on the way that the environment does not name.
    if (status === 407)
        return { kind: 'unexpected', surprise: { kind: 'status', status, html: false, said: '' }, requestId };
    if (isPassing(status))
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
}
/** A 200: only this decides that a token is valid. */
function judgeValidation(json, secrets, requestId) {
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
    if (!_contract_js__WEBPACK_IMPORTED_MODULE_1__/* .ORG_ID */ .Xs.test(orgId))
        return unexpected('org_id', 'characters');
    if (repeats(orgId, secrets))
        return unexpected('org_id', 'token');
    if (!Array.isArray(scopes))
        return unexpected('scopes', scopes === undefined ? 'missing' : 'type');
    if (!scopes.every(scope => typeof scope === 'string'))
        return unexpected('scopes', 'type');
    if (!scopes.every(scope => _contract_js__WEBPACK_IMPORTED_MODULE_1__/* .SCOPE */ .hx.test(scope)))
        return unexpected('scopes', 'characters');
    if (scopes.some(scope => repeats(scope, secrets)))
        return unexpected('scopes', 'token');
    return { kind: 'granted', orgId, scopes, requestId };
}
/** Whether a field that is passed on would pass on a secret: one of this run, or a token of someone else. */
const repeats = (field, secrets) => secrets.areIn(field) || (0,_secrets_js__WEBPACK_IMPORTED_MODULE_0__/* .isTokenLike */ .Hx)(field);
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
            if (!isPassing(fault.status))
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
/**
 * What may be otherwise a little later: 408, 429, and 5xx but 501, which says that it will not. From 600 on there are no
 * statuses.
 */
const isPassing = (status) => status === 408 || status === 429 || (status >= 500 && status < 600 && status !== 501);
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
 * The platform's own words (`{"error": "\u2026"}`), unless they repeat a secret, and without token-shaped text. Neutralise
 * them before printing.
 */
function said(body, secrets) {
    const json = parse(body);
    const words = isObject(json) && typeof json.error === 'string' ? json.error : '';
    return secrets.areIn(words) ? '' : (0,_secrets_js__WEBPACK_IMPORTED_MODULE_0__/* .redact */ .E$)(words);
}
/** Passed on as an output and printed: no text in it starts a command of the runner. */
function requestIdOf(header, secrets) {
    const id = String(header ?? '');
    return _contract_js__WEBPACK_IMPORTED_MODULE_1__/* .REQUEST_ID */ .A2.test(id) && !id.includes('::') && !repeats(id, secrets) ? id : '';
}


/***/ }),

/***/ 9570:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   A2: () => (/* binding */ REQUEST_ID),
/* harmony export */   Fj: () => (/* binding */ TOKEN_LENGTH),
/* harmony export */   LF: () => (/* binding */ WELL_FORMED),
/* harmony export */   Xs: () => (/* binding */ ORG_ID),
/* harmony export */   hx: () => (/* binding */ SCOPE)
/* harmony export */ });
/** The forms that the platform's documentation gives to its values. What does not match is rejected, in both directions. */
/** `nlp_` and 40 lowercase hex characters: nothing else is ever sent as a token. */
const WELL_FORMED = /^nlp_[0-9a-f]{40}$/;
/** How long a well-formed token is, in characters. */
const TOKEN_LENGTH = 44;
/** An organisation's id. */
const ORG_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;
/** A scope. Scopes are an open set: `execute` is the only one today. */
const SCOPE = /^[A-Za-z0-9][A-Za-z0-9:._-]{0,63}$/;
/** The id of a request, as the platform's `X-Request-ID` gives it. */
const REQUEST_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;


/***/ }),

/***/ 2885:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   s: () => (/* binding */ endpoint)
/* harmony export */ });
/** The URL of a path of the API, below the base path of the platform. */
const endpoint = (api, path) => new URL(api.href.replace(/\/$/, '') + path);


/***/ }),

/***/ 1294:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";

// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  c: () => (/* binding */ exchange)
});

// EXTERNAL MODULE: external "node:http"
var external_node_http_ = __nccwpck_require__(7067);
;// CONCATENATED MODULE: external "node:https"
const external_node_https_namespaceObject = require("node:https");
;// CONCATENATED MODULE: ./node_modules/@actions/http-client/lib/index.js
/* eslint-disable @typescript-eslint/no-explicit-any */
var __awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};


















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
    
    
    
    
    
    
    
    
    
    
    
    
    
    
    /**
     * Raw request.
     * @param info
     * @param data
     */
    requestRaw(info, data) {
        return __awaiter(this, void 0, void 0, function* () {
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
    
    
}

//# sourceMappingURL=index.js.map
// EXTERNAL MODULE: ./src/process/version.js
var version = __nccwpck_require__(6303);
;// CONCATENATED MODULE: ./src/api/fault.js
/** An error that knows already which fault it is. */
class Faulty extends Error {
    fault;
    constructor(fault) {
        super(fault.fault);
        this.fault = fault;
    }
}
/**
 * A peer that speaks, but not the protocol. If it ends in the middle (the other HPE_ codes), that is a connection
 * cut off.
 */
const NOT_THE_PROTOCOL = /^(HPE_(?!INVALID_EOF_STATE|CLOSED_CONNECTION)|ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG))/;
/** Errors of TLS that another attempt may not meet: a fault inside the peer, or bytes damaged on the way. */
const PASSING = /^ERR_SSL_.*(INTERNAL_ERROR|USER_CANCELLED|BAD_RECORD_MAC|UNEXPECTED_EOF)/;
/** @param proxy set if the peer is the proxy */
function faultOf(error, socket, proxy) {
    if (error instanceof Faulty)
        return error.fault;
    const peer = proxy && { proxy, unsent: true };
    if (isUnverified(socket))
        return { kind: 'fault', fault: 'untrusted', code: certificateCode(error), ...peer };
    const code = codeOf(error);
    // The certificate, or its key, cannot even be read.
    if (/^ERR_OSSL_/.test(code))
        return { kind: 'fault', fault: 'untrusted', code, ...peer };
    if (NOT_THE_PROTOCOL.test(code))
        return { kind: 'fault', fault: 'not-http', code, ...peer };
    if (/^ERR_SSL_/.test(code) && !PASSING.test(code)) {
        // Under TLS 1.3 this alert comes after the request is sent, and instead of reading it.
        const unread = /_CERTIFICATE_/.test(code) && { unsent: true };
        return { kind: 'fault', fault: 'handshake', code, ...unread, ...peer };
    }
    return { kind: 'fault', fault: 'unreachable', code, ...peer };
}
/**
 * Whether it was the verification of the certificate that failed. Node notes on the socket that it did, also for what
 * it has no code for: OpenSSL knows more reasons than Node's list of "X509 certificate error codes".
 */
const isUnverified = (socket) => Boolean(socket && 'authorizationError' in socket && socket.authorizationError);
/** OpenSSL's own words, which are fixed texts, if Node has no code for them. */
const certificateCode = ({ code, message }) => code === undefined || code === 'UNSPECIFIED' ? constantOf(message) : code;
/**
 * If sending meets OpenSSL's error before receiving does, Node gives it the code EPROTO, and only the text says which.
 * Other texts can hold what the peer chose, such as the names in its certificate.
 */
function codeOf(error) {
    const reason = error.code === 'EPROTO' && /:(\w+)[ \w]* routines:[^:]*:([^:]+):/.exec(error.message);
    if (reason)
        return `ERR_${reason[1] === 'SSL' ? 'SSL' : 'OSSL'}_${constantOf(reason[2])}`;
    return error.code ?? /* istanbul ignore next -- every error of Node's network has a code */ error.name;
}
const constantOf = (words) => words.toUpperCase().replace(/\W+/g, '_');

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __nccwpck_require__(7598);
;// CONCATENATED MODULE: external "node:net"
const external_node_net_namespaceObject = require("node:net");
;// CONCATENATED MODULE: external "node:tls"
const external_node_tls_namespaceObject = require("node:tls");
;// CONCATENATED MODULE: ./src/api/identity.js
/** Options of a TLS connection: whom the certificate must name, and whom to ask for. */



/**
 * Node's own test compiles an expression that takes 6 % of a whole start. It is not asked about what has no colon.
 */
const isV6 = (host) => host.includes(':') && (0,external_node_net_namespaceObject.isIPv6)(host);
/** @param host a name or an address, without brackets */
const identityOf = (host) => ({
    // An address is no name to ask a server for (RFC 6066, 3). The certificate is verified for it all the same.
    servername: isV6(host) || (0,external_node_net_namespaceObject.isIPv4)(host) ? '' : host,
    ...(isV6(host) && {
        // Node 24.19 takes an IPv6 address for a name, so no certificate would ever match.
        checkServerIdentity: (_name, peer) => new external_node_crypto_.X509Certificate(peer.raw).checkIP(host) ? undefined : (0,external_node_tls_namespaceObject.checkServerIdentity)(host, peer),
    }),
});

// EXTERNAL MODULE: ./src/api/proxy.js
var api_proxy = __nccwpck_require__(5010);
;// CONCATENATED MODULE: ./src/api/tunnel.js
/**
 * A connection to the platform through a proxy (CONNECT; RFC 9110, 9.3.6).
 *
 * Not by `tunnel`, the library that @actions/http-client brings for this (0.0.6, of 2018). It verifies the certificate
 * of an https:// proxy for the platform's name, and sends the password to anyone with a certificate for that name
 * (koichik/node-tunnel 41), it turns every error into ECONNRESET, hides what the proxy says, and takes no IPv6 address.
 */






/** @param patience options of `net.connect` for the connection to the proxy */
function tunnelThrough(proxy, url, patience) {
    const target = `${url.hostname}:${(0,api_proxy/* portOf */.HM)(url)}`;
    const request = () => (proxy.secure ? external_node_https_namespaceObject : external_node_http_).request({
        ...patience,
        method: 'CONNECT',
        host: proxy.hostname,
        port: proxy.port,
        path: target,
        agent: false,
        // Node would take it from the header `host`, which names the platform.
        ...identityOf(proxy.hostname),
        headers: {
            host: target,
            ...(proxy.authorization && { 'proxy-authorization': proxy.authorization }),
        },
    });
    let asked;
    return {
        createConnection(_options, done) {
            const fail = (error) => done(error, undefined);
            asked = request();
            asked.on('error', error => fail(new Faulty(faultOf(error, asked?.socket, proxy.via))));
            asked.on('connect', (response, socket, head) => {
                const status = response.statusCode;
                if (status !== 200 || head.length > 0) {
                    socket.destroy();
                    const refusal = { kind: 'fault', unsent: true, proxy: proxy.via };
                    return fail(new Faulty(status === 200
                        ? { ...refusal, fault: 'not-http', code: 'UNEXPECTED_DATA' }
                        : { ...refusal, fault: 'proxy', status, schemes: schemesOf(response) }));
                }
                if (url.protocol === 'http:')
                    return done(null, socket);
                const host = (0,api_proxy/* bareHost */.n0)(url.hostname);
                done(null, (0,external_node_tls_namespaceObject.connect)({ socket, host, ...identityOf(host), ALPNProtocols: ['http/1.1'] }));
            });
            asked.end();
            return undefined;
        },
        abandon: () => asked?.destroy(),
    };
}
/** The authentication schemes that the proxy offers. */
function schemesOf(response) {
    const offered = String(response.headers['proxy-authenticate'] ?? '');
    return ['Basic', 'Digest', 'NTLM', 'Negotiate', 'Kerberos'].filter(scheme => new RegExp(`(^|,)\\s*${scheme}(\\s|,|$)`, 'i').test(offered));
}

;// CONCATENATED MODULE: ./src/api/exchange.js
/**
 * One bounded HTTP exchange; the only place that talks to the network.
 *
 * The request itself is made by `requestRaw` of @actions/http-client, which follows no redirect and repeats nothing, so
 * the token cannot travel further than the URL that it was meant for. What that package does not have is here: one time
 * limit for connecting, TLS, sending and the whole body, a limit on the size, and a tunnel that is safe (tunnel.ts).
 */








/** Sends one request and reads its answer. Never throws for what the network does: that is a fault. */
function exchange(request) {
    return new Promise(resolve => {
        let sent;
        /** What the answer's status says by itself, where its body could only explain that. */
        let bare;
        /** What broke the connection. Of that, chunks that are none for one, the answer itself hears only that it is cut off. */
        let broken;
        /** Whether there was a connection to the platform, TLS included, for the request to go out on. */
        let connected = false;
        const tunnel = tunnelFor(request);
        const settle = (outcome) => {
            clearTimeout(timer);
            resolve(outcome.kind === 'fault' && !connected ? { ...outcome, unsent: true } : outcome);
            sent?.destroy();
            tunnel?.abandon();
        };
        const timer = setTimeout(() => settle(bare ?? { kind: 'fault', fault: 'timed-out', limit: request.limit }), request.limit);
        const answered = (message) => {
            const status = message.statusCode;
            const answer = { kind: 'answer', status, headers: message.headers, body: undefined };
            if (!request.bodyDecides.includes(status))
                bare = answer;
            if (!bodyMatters(status))
                return settle(answer);
            read(message, request.maxBytes).then(body => settle({ ...answer, body }), error => settle(bare ?? faultOf(broken ?? error, sent?.socket)));
        };
        const open = (options, onResponse) => {
            sent = (request.url.protocol === 'https:' ? external_node_https_namespaceObject : external_node_http_).request(options, onResponse);
            sent.on('error', error => {
                broken = error;
            });
            sent.on('socket', socket => {
                if (request.url.protocol === 'https:')
                    socket.once('secureConnect', connect);
                else if (socket.connecting)
                    socket.once('connect', connect);
                else
                    connect();
            });
            // Without this listener a 101 would leave the promise unsettled for ever.
            return sent.on('upgrade', onResponse);
        };
        const connect = () => {
            connected = true;
        };
        // `request` is all of the module that requestRaw uses.
        const httpModule = { request: open };
        send(request, tunnel, httpModule).then(response => answered(response.message), error => settle(faultOf(error, sent?.socket)));
    });
}
/** How to connect to a host with several addresses: Node would give each of them 250 ms, even if IPv6 has no route. */
const patienceWithin = (limit) => ({
    autoSelectFamilyAttemptTimeout: Math.min(3_000, Math.ceil(limit / 2)),
});
/** `misconfigured` comes first, so a proxy that cannot be used is never passed by, and never gets here. */
function tunnelFor({ url, limit }) {
    const proxy = (0,api_proxy/* proxyFor */.iJ)(url);
    if (proxy && 'flaw' in proxy)
        throw new Error(`the proxy in ${proxy.variable} cannot be used`);
    return proxy && tunnelThrough(proxy, url, patienceWithin(limit));
}
function send({ method, url, body, bearer, limit }, tunnel, httpModule) {
    const client = new HttpClient(`nolapse-token-action/${version/* VERSION */.x}`);
    const host = (0,api_proxy/* bareHost */.n0)(url.hostname);
    const options = {
        ...patienceWithin(limit),
        method,
        host,
        ...identityOf(host),
        port: (0,api_proxy/* portOf */.HM)(url),
        path: url.pathname,
        // The client's own agent would decide by itself which proxy there is.
        ...(tunnel ? { createConnection: tunnel.createConnection } : { agent: false }),
        headers: {
            accept: 'application/json',
            'user-agent': client.userAgent,
            ...(body !== undefined && { 'content-type': 'application/json' }),
            ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
        },
    };
    return client.requestRaw({ options: options, parsedUrl: url, httpModule }, body === undefined ? '' : JSON.stringify(body));
}
/** 3xx, 408, 429 and 5xx are judged by their status, and 407 comes from a proxy: their bodies are not read. */
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


/***/ }),

/***/ 8589:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   U: () => (/* binding */ isLoopback)
/* harmony export */ });
/**
 * Whether a URL's host is this machine itself. Exact, unlike the test of @actions/http-client (`startsWith('127.')`):
 * 127.example.com is a host like any other.
 */
const isLoopback = (hostname) => hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);


/***/ }),

/***/ 5010:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   HM: () => (/* binding */ portOf),
/* harmony export */   iJ: () => (/* binding */ proxyFor),
/* harmony export */   n0: () => (/* binding */ bareHost)
/* harmony export */ });
/* harmony import */ var _loopback_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(8589);
/**
 * The proxy that the environment names for a URL.
 *
 * These are the rules of @actions/http-client, but for what it gets wrong without a word: it sends the request directly
 * if it cannot use the proxy's URL, and to any host whose name begins with `127.`.
 */

/** `undefined` if the request goes out directly. */
function proxyFor(url) {
    if ((0,_loopback_js__WEBPACK_IMPORTED_MODULE_0__/* .isLoopback */ .U)(url.hostname) || isExcepted(url))
        return undefined;
    const scheme = url.protocol.slice(0, -1);
    for (const variable of [`${scheme}_proxy`, `${scheme.toUpperCase()}_PROXY`]) {
        const value = process.env[variable]?.trim();
        if (value)
            return read(variable, value);
    }
    return undefined;
}
/** The port of a URL, also if it is the scheme's own. */
const portOf = (url) => Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
/** A URL writes an IPv6 address in brackets; a look-up and a certificate need it without. */
const bareHost = (hostname) => hostname.replace(/^\[|\]$/g, '');
/** docs/networking.md has a table of what works in `NO_PROXY`. */
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
    // A URL takes it for a slash: in http://DOMAIN\user:password@proxy, the host would be `domain`.
    if (value.includes('\\'))
        return unusable('backslash');
    const [, scheme, rest = value] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(value) ?? [];
    if (scheme !== undefined && !/^https?$/i.test(scheme))
        return unusable('scheme');
    if (scheme === undefined && /^[\w-]+$/.test(value))
        return unusable('word');
    // What follows a bare / ? or # would be no part of the password, and what precedes it would be the host.
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


/***/ }),

/***/ 4900:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   J_: () => (/* binding */ askUntilAnswered)
/* harmony export */ });
/* unused harmony exports ATTEMPT, retryAfterOf */
/** The most that one attempt may take, in milliseconds. */
const ATTEMPT = 15_000;
/** Less than this of the deadline is no use to an attempt, in milliseconds. */
const SHORTEST_ATTEMPT = 1_000;
/** A host name that does not exist may be a name server's slip, but not for long: given up this long after the start. */
const UNKNOWN_HOST = 10_000;
const BACKOFF = { base: 1_000, most: 10_000, least: 100 };
/** The most jitter after a Retry-After, in milliseconds. */
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
        if (!finding.retry)
            return { finding: cause, attempts: attempt };
        const patience = finding.unknownHost ? Math.min(timeout, UNKNOWN_HOST) : timeout;
        const left = patience - (clock.now() - start);
        const asked = retryAfterOf(finding.retryAfter, httpDate(finding.date) ?? clock.date());
        const wait = nextWait(attempt, left, asked, clock);
        if (wait === undefined)
            return { finding: asked > 0 ? { ...cause, askedToWait: asked } : cause, attempts: attempt };
        onRetry({ attempt, unavailable: finding, wait });
        await clock.sleep(wait);
    }
}
const isUnavailable = (finding) => finding.kind === 'unavailable';
/**
 * How long to wait after the given attempt, in milliseconds; `undefined` if what is left has no room for another.
 *
 * The jitter after a Retry-After grows with the attempt as the backoff does: a platform that says `1` to a thousand
 * clients would otherwise hear from each of them every second.
 */
function nextWait(attempt, left, asked, clock) {
    const longest = left - SHORTEST_ATTEMPT;
    const backoff = Math.min(BACKOFF.base * 2 ** (attempt - 1), BACKOFF.most);
    if (asked > 0) {
        if (asked > longest)
            return undefined;
        return Math.min(longest, asked + clock.random() * Math.min(Math.max(asked, backoff), MOST_JITTER));
    }
    if (longest < BACKOFF.least)
        return undefined;
    return Math.min(longest, Math.max(BACKOFF.least, clock.random() * backoff));
}
/** The three forms of RFC 9110, 5.6.7: IMF-fixdate, RFC 850, asctime. */
const HTTP_DATES = [
    /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/,
    /^(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/,
    /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/,
];
/** The time that a legal HTTP date names, in milliseconds since 1970. */
function httpDate(value) {
    const text = value?.trim() ?? '';
    if (!HTTP_DATES.some(form => form.test(text)))
        return undefined;
    const date = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
    return Number.isNaN(date) ? undefined : date;
}
/**
 * A Retry-After (RFC 9110, 10.2.3) in milliseconds; 0 if it is absent, not legal, or already over.
 *
 * @param now what a date counts from: the answer's own `Date`, because this machine's clock can be wrong by minutes
 */
function retryAfterOf(value, now) {
    const text = value?.trim() ?? '';
    if (/^\d+$/.test(text))
        return Math.min(Number(text) * 1000, Number.MAX_SAFE_INTEGER);
    return Math.max(0, (httpDate(text) ?? now) - now);
}


/***/ }),

/***/ 3219:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   E$: () => (/* binding */ redact),
/* harmony export */   Hx: () => (/* binding */ isTokenLike),
/* harmony export */   Sb: () => (/* binding */ Secrets),
/* harmony export */   V_: () => (/* binding */ isTokenShaped),
/* harmony export */   op: () => (/* binding */ REVEALING)
/* harmony export */ });
/* unused harmony exports tokensIn, sharesWithToken */
/* harmony import */ var _unicode_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(9989);
/** Which values a run must not show, and whether a text gives one of them away. */

/** This many consecutive characters of a token's body count as a part of it. A shorter session is not accepted. */
const REVEALING = 8;
/** Every well-formed token inside a text. */
const tokensIn = (text) => text.match(/nlp_[0-9a-f]{40}/g) ?? [];
/** A token, or so much of one that it was meant to be one, in any case. A name such as nlp_production is not. */
const isTokenLike = (text) => {
    // Lowercase first: to ignore the case of a class, V8 collects all letters of Unicode that have one.
    const lower = text.toLowerCase();
    return lower.includes('nlp_') && /nlp_([0-9a-f]{8}|[0-9a-z]{20})/.test(lower);
};
/** What could be a token, or a part of one. */
const TOKEN_SHAPED = /nlp_[0-9a-z]{8,}|[0-9a-f]{40,}/gi;
const REDACTED = '(token-shaped text)';
/** A text without anything that has the shape of a token. */
const redact = (text) => text.replace(TOKEN_SHAPED, REDACTED);
/** Whether a text that should be an ID, a scope or a name is a token, or its body. A longer hash is not. */
const isTokenShaped = (text) => /nlp_[0-9a-z]{8}|(?<![0-9a-f])[0-9a-f]{40}(?![0-9a-f])/i.test(text);
/** Whether `text` has 8 consecutive characters of the token's body, in any case. */
const sharesWithToken = (text, token) => sharesWith(comparable(text), token.slice('nlp_'.length).toLowerCase());
/** Characters that no one sees could split a secret in two. */
const comparable = (text) => (0,_unicode_js__WEBPACK_IMPORTED_MODULE_0__/* .replaceClasses */ .h)(text.toLowerCase(), '\\p{C}\\p{M}', '');
function sharesWith(text, body) {
    if (text.length < REVEALING)
        return false;
    for (let start = 0; start + REVEALING <= body.length; start++)
        if (text.includes(body.slice(start, start + REVEALING)))
            return true;
    return false;
}
/** The secrets of one run: the tokens and the session that it knows. */
class Secrets {
    /** Bodies of tokens: 8 consecutive characters give one away. */
    #bodies = [];
    /** Values that count as a whole. */
    #values = [];
    /** Adds a token, or what was meant to be one. */
    addToken(value) {
        this.addSession(value);
        const lower = value.toLowerCase();
        for (const [, body] of lower.matchAll(/nlp_([0-9a-z]{8,})/g))
            this.#bodies.push(body);
        // A body whose prefix was left out.
        const bare = lower.trim();
        if (bare.length === 40 && /^[0-9a-f]+$/.test(bare))
            this.#bodies.push(bare);
        return this;
    }
    /** Adds a value whose parts give nothing away. */
    addSession(value) {
        const whole = comparable(value).trim();
        if (whole.length >= REVEALING)
            this.#values.push(whole);
        return this;
    }
    /** These secrets and one more token. */
    and(token) {
        const more = new Secrets();
        more.#bodies.push(...this.#bodies);
        more.#values.push(...this.#values);
        return more.addToken(token);
    }
    /** Whether a text holds one of the secrets, or a part of a token. */
    areIn(text) {
        const plain = comparable(text);
        return this.#holdsValue(plain) || this.#bodies.some(body => sharesWith(plain, body));
    }
    /**
     * Whether an ID, or an argument that may be one, holds a whole secret. A part is no sign: the platform's documentation
     * says that a token's body contains the token's ID.
     */
    areInId(text) {
        const plain = comparable(text);
        const bare = plain.replace(/[._-]/g, '');
        return this.#holdsValue(plain) || this.#bodies.some(body => bare.includes(body));
    }
    #holdsValue(plain) {
        return this.#values.some(value => plain.includes(value));
    }
}


/***/ }),

/***/ 150:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   CA: () => (/* binding */ setAgentType),
/* harmony export */   Ey: () => (/* binding */ createToken),
/* harmony export */   ID: () => (/* binding */ ID),
/* harmony export */   LP: () => (/* binding */ showToken),
/* harmony export */   dh: () => (/* binding */ listTokens),
/* harmony export */   gj: () => (/* binding */ mayHaveWorked),
/* harmony export */   hH: () => (/* binding */ rotateToken),
/* harmony export */   w$: () => (/* binding */ revokeToken)
/* harmony export */ });
/* harmony import */ var _answer_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(8266);
/* harmony import */ var _contract_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(9570);
/* harmony import */ var _endpoint_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(2885);
/* harmony import */ var _exchange_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(1294);
/* harmony import */ var _retry_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(4900);
/* harmony import */ var _secrets_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(3219);
/**
 * The platform's `/v1/tokens` API, typed. Nothing of an answer is printed here.
 *
 * Only what the next step depends on must be right: one unusual token must not keep the user from listing the others, or
 * from revoking it.
 *
 * Requests that are safe to repeat are sent until there is an answer. Creating a token is not safe: after an unclear
 * failure, a second attempt could create a second token.
 */






/** The most that an answer may have, in bytes; only a list may be long. */
const MAX_ANSWER = 64 * 1024;
const MAX_LIST = 4 * 1024 * 1024;
/** A token's ID is opaque: only its characters are checked. */
const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
const listTokens = (access) => ask(access, { method: 'GET', path: '/v1/tokens', success: 200, maxBytes: MAX_LIST }, json => {
    const list = (0,_answer_js__WEBPACK_IMPORTED_MODULE_2__/* .isObject */ .Gv)(json) ? json.tokens : json;
    if (!Array.isArray(list))
        throw new WrongField('tokens', list === undefined ? 'missing' : 'type');
    const tokens = list.flatMap(row => rowOf(row, access.secrets) ?? []);
    return { tokens, unusable: list.length - tokens.length };
});
const showToken = (access, id) => ask(access, { method: 'GET', path: pathOf(id), success: 200 }, json => ({
    ...infoOf(json, access.secrets, id),
    createdAt: textOrNone(json.created_at),
}));
const setAgentType = (access, id, agentType) => ask(access, { method: 'PATCH', path: pathOf(id), success: 200, body: { agent_type: agentType } }, json => infoOf(json, access.secrets, id));
/** Revokes a token. 404 counts as done: an earlier attempt that was cut off may have revoked it. */
async function revokeToken(access, id) {
    const outcome = await ask(access, { method: 'DELETE', path: pathOf(id), success: 204 }, () => undefined);
    return outcome.kind === 'refused' && outcome.status === 404 ? { kind: 'done', value: undefined } : outcome;
}
/** @param old the ID of the token that the new one replaces, if there is one */
const createToken = (access, name, scopes, old) => askCarefully(access, { method: 'POST', path: '/v1/tokens', success: 201, body: { name, scopes } }, old);
/** The platform's own rotation: creates a new token, and the given one becomes `rotating`. */
const rotateToken = (access, id) => askCarefully(access, { method: 'POST', path: `${pathOf(id)}/rotate`, success: 200 }, id);
/** Whether the platform may have done what was requested, although it did not say so. */
function mayHaveWorked(failed) {
    switch (failed.kind) {
        case 'refused':
        case 'untrusted':
            return false;
        case 'unexpected': {
            const { surprise, unsent } = failed;
            return !unsent && !('status' in surprise && surprise.status >= 400 && surprise.status < 500);
        }
        case 'unavailable': {
            const { cause } = failed;
            return cause.kind === 'status' ? cause.status >= 500 : !cause.unsent;
        }
    }
}
/** Without an `error` in the body, these come from another server, or from a platform without the endpoint. */
const NOT_THE_API = [404, 405];
const pathOf = (id) => `/v1/tokens/${id}`;
async function ask(access, request, read) {
    const attempt = (limit) => askOnce(access, request, limit, read);
    const { finding } = await (0,_retry_js__WEBPACK_IMPORTED_MODULE_1__/* .askUntilAnswered */ .J_)(attempt, access.timeout, access.clock, access.onRetry);
    return finding;
}
/** Retries after 429 only: it says that nothing was created. Returns the last attempt, the one that may have worked. */
async function askCarefully(access, request, old) {
    let last;
    const attempt = async (limit) => {
        last = await askOnce(access, request, limit, json => issuedOf(json, access.secrets, old));
        return last.kind === 'unavailable' ? { ...last, retry: isLimited(last) } : last;
    };
    const { finding } = await (0,_retry_js__WEBPACK_IMPORTED_MODULE_1__/* .askUntilAnswered */ .J_)(attempt, access.timeout, access.clock, access.onRetry);
    return last ?? /* istanbul ignore next -- there is always a first attempt */ finding;
}
const isLimited = ({ cause }) => cause.kind === 'status' && cause.status === 429;
async function askOnce({ api, session, secrets }, { method, path, success, body, maxBytes = MAX_ANSWER }, limit, read) {
    const outcome = await (0,_exchange_js__WEBPACK_IMPORTED_MODULE_0__/* .exchange */ .c)({
        method,
        url: (0,_endpoint_js__WEBPACK_IMPORTED_MODULE_3__/* .endpoint */ .s)(api, path),
        bearer: session,
        ...(body !== undefined && { body }),
        limit,
        maxBytes,
        bodyDecides: success === 204 ? [] : [success],
    });
    const none = (0,_answer_js__WEBPACK_IMPORTED_MODULE_2__/* .judgeNoAnswer */ .dY)(outcome, secrets);
    if (none)
        return none;
    /* istanbul ignore next -- a fault is no answer, as judged above */
    if (outcome.kind !== 'answer')
        throw new Error('a fault that was judged to be an answer');
    const { status, headers, body: bytes } = outcome;
    const html = /\bhtml\b/i.test(headers['content-type'] ?? '');
    // Read late: the body may bring a new secret.
    const requestId = () => (0,_answer_js__WEBPACK_IMPORTED_MODULE_2__/* .requestIdOf */ .Gb)(headers['x-request-id'], secrets);
    const unexpected = (surprise) => ({
        kind: 'unexpected',
        surprise,
        requestId: requestId(),
    });
    const json = bytes === 'too-large' ? undefined : (0,_answer_js__WEBPACK_IMPORTED_MODULE_2__/* .parse */ .qg)(bytes);
    if (status !== success) {
        const words = (0,_answer_js__WEBPACK_IMPORTED_MODULE_2__/* .said */ .ag)(bytes, secrets);
        const inItsWords = (0,_answer_js__WEBPACK_IMPORTED_MODULE_2__/* .isObject */ .Gv)(json) && typeof json.error === 'string';
        if (status >= 400 && status < 500 && (inItsWords || !(html || NOT_THE_API.includes(status))))
            return { kind: 'refused', status, said: words, requestId: requestId() };
        return unexpected({ kind: 'status', status, html, said: words });
    }
    if (success === 204)
        return { kind: 'done', value: read(undefined) };
    if (bytes === 'too-large')
        return unexpected({ kind: 'too-large', status });
    if (json === undefined)
        return unexpected({ kind: html ? 'html' : 'not-json', status });
    try {
        return { kind: 'done', value: read(json) };
    }
    catch (error) {
        /* istanbul ignore if -- a defect: nothing else is thrown by the readers */
        if (!(error instanceof WrongField))
            throw error;
        return unexpected({ kind: 'field', field: error.field, wrong: error.wrong });
    }
}
/** A field that breaks the contract. */
class WrongField extends Error {
    field;
    wrong;
    constructor(field, wrong) {
        super(field);
        this.field = field;
        this.wrong = wrong;
    }
}
function textOf(json, field) {
    const value = (0,_answer_js__WEBPACK_IMPORTED_MODULE_2__/* .isObject */ .Gv)(json) ? json[field] : undefined;
    if (typeof value !== 'string')
        throw new WrongField(field, value === undefined ? 'missing' : 'type');
    return value;
}
const textOrNone = (value) => (typeof value === 'string' ? value : '');
/** An ID is shown, and requests are made of it. */
function idOf(json, secrets) {
    const id = textOf(json, 'id');
    if (!ID.test(id))
        throw new WrongField('id', 'characters');
    if ((0,_secrets_js__WEBPACK_IMPORTED_MODULE_4__/* .isTokenShaped */ .V_)(id) || secrets.areInId(id))
        throw new WrongField('id', 'token');
    return id;
}
/** One token of a list; `undefined` if it has no ID that can be used. */
function rowOf(json, secrets) {
    try {
        return infoOf(json, secrets);
    }
    catch {
        return undefined;
    }
}
/** @param requested the ID that the answer must be about */
function infoOf(json, secrets, requested) {
    const id = idOf(json, secrets);
    if (requested !== undefined && id !== requested)
        throw new WrongField('id', 'other');
    const { name, status, scopes, agent_type: agentType } = json;
    return {
        id,
        name: textOrNone(name),
        status: textOrNone(status),
        scopes: Array.isArray(scopes) ? scopes.filter(scope => typeof scope === 'string') : [],
        agentType: textOrNone(agentType),
        flaw: flawOf({ name, scopes, agentType }, secrets),
    };
}
function flawOf({ name, scopes, agentType }, secrets) {
    const flaw = (field, wrong) => ({ field, wrong });
    if (typeof name !== 'string')
        return flaw('name', name === undefined ? 'missing' : 'type');
    if (!Array.isArray(scopes))
        return flaw('scopes', scopes === undefined ? 'missing' : 'type');
    if (!scopes.every(scope => typeof scope === 'string'))
        return flaw('scopes', 'type');
    if (!scopes.every(scope => _contract_js__WEBPACK_IMPORTED_MODULE_5__/* .SCOPE */ .hx.test(scope)))
        return flaw('scopes', 'characters');
    if (scopes.some(scope => (0,_secrets_js__WEBPACK_IMPORTED_MODULE_4__/* .isTokenShaped */ .V_)(scope) || secrets.areIn(scope)))
        return flaw('scopes', 'token');
    if (typeof (agentType ?? '') !== 'string')
        return flaw('agent_type', 'type');
    return undefined;
}
/** The value becomes a secret of the run before anything else is judged. */
function issuedOf(json, secrets, old) {
    const secret = textOf(json, 'secret');
    secrets.addToken(secret);
    if (!_contract_js__WEBPACK_IMPORTED_MODULE_5__/* .WELL_FORMED */ .LF.test(secret))
        throw new WrongField('secret', 'characters');
    const id = idOf(json, secrets);
    if (id === old)
        throw new WrongField('id', 'old');
    return { id, secret };
}


/***/ }),

/***/ 9989:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   h: () => (/* binding */ replaceClasses)
/* harmony export */ });
/** Characters by their classes in Unicode. */
/**
 * Replaces each run of characters that are in one of the classes, such as `\p{Cc}`. Printable ASCII must not be in them,
 * so that text of nothing else needs no look into Unicode.
 *
 * A regular expression as a literal would not do: V8 looks its classes up as soon as it parses it, and running it once
 * takes more than a tenth of a whole start.
 */
const replaceClasses = (text, classes, replacement) => /^[ -~]*$/.test(text) ? text : text.replace(new RegExp(`[${classes}]+`, 'gu'), replacement);


/***/ }),

/***/ 834:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   x: () => (/* binding */ askPlatform)
/* harmony export */ });
/* harmony import */ var _answer_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(8266);
/* harmony import */ var _endpoint_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(2885);
/* harmony import */ var _exchange_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(1294);
/** `POST /v1/auth/validate`: is this token valid? */



/**
 * Asks the platform itself.
 *
 * @param others the other secrets of the run, which an answer must not repeat
 */
async function askPlatform(token, api, limit, others) {
    const outcome = await (0,_exchange_js__WEBPACK_IMPORTED_MODULE_0__/* .exchange */ .c)({
        method: 'POST',
        url: (0,_endpoint_js__WEBPACK_IMPORTED_MODULE_1__/* .endpoint */ .s)(api, '/v1/auth/validate'),
        body: { token },
        limit,
        maxBytes: _answer_js__WEBPACK_IMPORTED_MODULE_2__/* .MAX_ANSWER */ .G6,
        bodyDecides: [200, 401],
    });
    return (0,_answer_js__WEBPACK_IMPORTED_MODULE_2__/* .judgeAnswer */ ._n)(outcome, token, others);
}


/***/ }),

/***/ 8940:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Q7: () => (/* binding */ holdSecret),
/* harmony export */   _t: () => (/* binding */ ownOf),
/* harmony export */   gg: () => (/* binding */ SECRET_IN_ARGUMENTS),
/* harmony export */   lO: () => (/* binding */ withoutValues)
/* harmony export */ });
/* harmony import */ var _api_secrets_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3219);
/** What must not be among the arguments, and must not come back in a message about them. */

/**
 * Whether an argument holds a secret, or what has the shape of one. COMMAND's arguments may be 40 hex characters: a
 * commit's hash has the form of a token's body.
 */
function holdSecret(args, secrets) {
    if (args.some(arg => (0,_api_secrets_js__WEBPACK_IMPORTED_MODULE_0__/* .isTokenLike */ .Hx)(arg) || secrets.areInId(arg)))
        return true;
    return ownOf(args).some(arg => /^(--[a-z-]+=)?[0-9a-f]{40}$/i.test(arg));
}
/** The arguments before `--`. */
function ownOf(args) {
    const end = args.indexOf('--');
    return end < 0 ? args : args.slice(0, end);
}
const SECRET_IN_ARGUMENTS = 'An argument holds a token, the session, or text that looks like a token. Process lists, shell histories and job logs ' +
    'show arguments, so anyone who reads them has it.\nWhat to do: revoke the token, or end the session. Secrets come from ' +
    'the environment: NOLAPSE_TOKEN and NOLAPSE_SESSION_TOKEN. To show, rotate or revoke a token, use its ID or its name.';
/** What a user may have mistyped: a word or an option. Any other text between quotes could be a secret. */
const WORD = /^[a-z-]{1,30}( [<[][a-z.]+[>\]])?$/i;
/** An error of the parser without the values that it quotes. */
function withoutValues(error, args) {
    // The parser does not escape quotes, so the end of such a value cannot be found.
    if (ownOf(args).some(arg => arg.includes("'")))
        return 'error: wrong usage. The arguments are not shown here, because one of them holds a single quote.\n';
    return error.replace(/'([^']*)'/g, (quoted, value) => (WORD.test(value) ? quoted : '(not shown)'));
}


/***/ }),

/***/ 3290:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
// ESM COMPAT FLAG
__nccwpck_require__.r(__webpack_exports__);

// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  registerCheck: () => (/* binding */ registerCheck)
});

// EXTERNAL MODULE: ../node_modules/commander/esm.mjs
var esm = __nccwpck_require__(5109);
// EXTERNAL MODULE: ./src/api/retry.js
var retry = __nccwpck_require__(4900);
// EXTERNAL MODULE: ./src/api/validate.js
var validate = __nccwpck_require__(834);
// EXTERNAL MODULE: ./src/process/clock.js
var clock = __nccwpck_require__(301);
// EXTERNAL MODULE: ./src/gate/environment.js
var environment = __nccwpck_require__(9284);
// EXTERNAL MODULE: ./src/gate/token.js
var gate_token = __nccwpck_require__(4388);
;// CONCATENATED MODULE: ./src/gate/verdict.js
/** Judges what the platform said by what was asked for. */
function judge(finding, settings) {
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
    const examined = (0,gate_token/* examine */.s)(value);
    if (examined.form === 'absent')
        return rule({ reason: 'missing', absence: examined.absence });
    if (examined.form === 'malformed')
        return rule({ reason: 'malformed', flaw: examined.flaw, length: examined.length });
    const { token } = examined;
    const { finding, attempts } = await (0,retry/* askUntilAnswered */.J_)(limit => ask(token, settings.api, limit), settings.timeout, clock, onRetry);
    return rule(judge(finding, settings), attempts);
}
/** The gate before a real platform, by a real clock. */
const surroundings = (onRetry) => ({
    ask: (token, api, limit) => (0,validate/* askPlatform */.x)(token, api, limit, (0,environment/* secretsOf */.F)(process.env)),
    clock: clock/* realClock */.d,
    onRetry,
});

// EXTERNAL MODULE: ./src/gate/settings.js
var gate_settings = __nccwpck_require__(6724);
// EXTERNAL MODULE: ./src/messages/explain.js + 12 modules
var explain = __nccwpck_require__(2893);
;// CONCATENATED MODULE: ./src/messages/advise.js

/** A reader in a hurry reads three causes, not five. */
const MOST_CAUSES = 3;
/**
 * @param hints why this usually happens in this CI system, and what to do there
 * @param outcome for a tolerated reason: that the run passed, as a sentence. It comes first
 */
function advise(verdict, situation, hints, outcome) {
    const explained = (0,explain/* explain */.W)(verdict, situation);
    const remedy = [hints.remedy ?? explained.remedy, hints.addition].filter(Boolean).join(' ');
    const causes = [...explained.causes, ...hints.causes].slice(0, MOST_CAUSES);
    if (outcome === undefined)
        return { what: explained.what, causes, remedy };
    return {
        what: `${outcome}\n${explained.what}`,
        causes,
        remedy: afterPassing(verdict.reason, remedy, hints),
    };
}
function afterPassing(reason, remedy, { noTokenHere }) {
    if (noTokenHere)
        return 'Nothing. nolapse runs locally, without a token.';
    return reason === 'missing'
        ? `Nothing, if this run needs no token. Otherwise: ${remedy}`
        : 'Nothing, if later steps can run without a validated token. Otherwise, re-run the job later.';
}

;// CONCATENATED MODULE: ./src/messages/causes/hints.js
const NONE = { causes: [] };
/** Another value is stored instead of the token, as opposed to the token with something around it. */
const isAnotherValue = (verdict) => verdict.reason === 'malformed' && ['prefix', 'assignment', 'several-lines', 'json'].includes(verdict.flaw);

;// CONCATENATED MODULE: ./src/messages/causes/bitbucket.js

function hintsOnBitbucket(verdict) {
    switch (verdict.reason) {
        case 'missing':
            return {
                causes: [
                    'The variable does not exist here, or its name is misspelt.',
                    'It is the variable of a deployment, and the step has no `deployment:`.',
                    'The pipeline is for a pull request from a fork, and such pipelines get no secured variables.',
                ],
                remedy: 'Add the secured variable NOLAPSE_TOKEN under Repository settings \u2192 Repository variables.',
            };
        case 'malformed':
            return { causes: [], addition: 'The variable is under Repository settings \u2192 Repository variables.' };
        case 'invalid':
        case 'wrong-org':
            return {
                causes: [
                    "A deployment's variable overrides the repository's of the same name, and that overrides the workspace's.",
                ],
            };
        default:
            return NONE;
    }
}

;// CONCATENATED MODULE: ./src/messages/causes/fork.js
/** Whether a run belongs to a fork, by its event, as GitHub, Forgejo and Gitea write it. */
/**
 * A pull request from a fork, or a run in a fork itself. Only what both sides of a pull request have is compared: an
 * event of another server, or one written by hand, can have a field on one side alone.
 */
function forkOf({ eventName, payload }) {
    // This event runs with the secrets of the repository, wherever the pull request comes from.
    if (eventName === 'pull_request_target')
        return undefined;
    const pull = payload.pull_request;
    if (!pull)
        return payload.repository?.fork === true ? 'repository' : undefined;
    const { head, base } = pull;
    if (head?.repo === null)
        return 'pull-request';
    const differs = ['id', 'full_name', 'fork'].some(field => {
        const [one, other] = [head?.repo?.[field], base?.repo?.[field]];
        return one !== undefined && other !== undefined && one !== other;
    });
    return differs ? 'pull-request' : undefined;
}

;// CONCATENATED MODULE: ./src/messages/causes/forgejo.js


const SECRETS = 'Settings \u2192 Actions \u2192 Secrets';
const PASS_IT = '`with: token: ${{ secrets.NOLAPSE_TOKEN }}`';
const FORK = {
    causes: ['This pull request comes from a fork. The server gives it no secrets.'],
    remedy: 'Set `tolerate: missing`. The step then passes, and nolapse runs locally, without a token.',
    noTokenHere: true,
};
const IN_A_FORK = {
    causes: ['This repository is a fork. It does not have the secrets of the original repository.'],
    remedy: `In your fork, set \`tolerate: missing\`, or add your own NOLAPSE_TOKEN under ${SECRETS} and pass it with ${PASS_IT}.`,
    noTokenHere: true,
};
const NOT_EXPANDED = {
    causes: ['Under `with:` and `env:`, the runner does not replace `$NAME`. It replaces `${{ \u2026 }}` only.'],
    remedy: `Write ${PASS_IT}. The secret itself is under ${SECRETS}.`,
};
const NOT_HERE = {
    causes: [
        'The secret does not exist in this repository or its organisation, or its name is misspelt.',
        'The job is in a reusable workflow, and its caller passes neither this secret nor `secrets: inherit`.',
    ],
    remedy: `Add the secret NOLAPSE_TOKEN under ${SECRETS}, and pass it to this step: ${PASS_IT}.`,
};
const STORE = { causes: [], addition: `The secret is under ${SECRETS}.` };
const OVERRIDDEN = {
    causes: ['A repository secret overrides a secret of the same name of its organisation or user.'],
};
/** The likeliest cause first. What the event shows for certain stands alone. */
function hintsOnForgejo(verdict, run) {
    switch (verdict.reason) {
        case 'missing': {
            if (verdict.absence === 'unexpanded')
                return NOT_EXPANDED;
            const fork = run && forkOf(run);
            if (fork)
                return fork === 'pull-request' ? FORK : IN_A_FORK;
            return NOT_HERE;
        }
        case 'malformed':
            return STORE;
        case 'invalid':
        case 'wrong-org':
            return OVERRIDDEN;
        default:
            return NONE;
    }
}

;// CONCATENATED MODULE: ./src/messages/causes/github.js


const github_SECRETS = 'Settings \u2192 Secrets and variables \u2192 Actions';
const github_PASS_IT = '`with: token: ${{ secrets.NOLAPSE_TOKEN }}`';
const github_FORK = {
    causes: ['This pull request comes from a fork. GitHub gives it no secrets.'],
    remedy: 'Set `tolerate: missing`. The step then passes, and nolapse runs locally, without a token.',
    noTokenHere: true,
};
const github_IN_A_FORK = {
    causes: ['This repository is a fork. It does not have the secrets of the original repository.'],
    remedy: `In your fork, set \`tolerate: missing\`, or add your own NOLAPSE_TOKEN under ${github_SECRETS} and pass it with ${github_PASS_IT}.`,
    noTokenHere: true,
};
const DEPENDABOT = {
    causes: ['Dependabot started this run. Its runs get secrets from a separate store.'],
    remedy: `Add NOLAPSE_TOKEN under Settings \u2192 Secrets and variables \u2192 Dependabot. Keep ${github_PASS_IT}.`,
};
const github_NOT_EXPANDED = {
    causes: ['Under `with:` and `env:`, GitHub does not replace `$NAME`. It replaces `${{ \u2026 }}` only.'],
    remedy: `Write ${github_PASS_IT}. The secret itself is under ${github_SECRETS}.`,
};
const github_NOT_HERE = {
    causes: [
        'The secret does not exist here: its name is misspelt, or it is an organisation secret that this repository cannot use.',
        'The job is in a reusable workflow, and its caller passes neither this secret nor `secrets: inherit`.',
        'It is an environment secret, and the job has no `environment:`.',
    ],
    remedy: `Add the secret NOLAPSE_TOKEN under ${github_SECRETS}, and pass it to this step: ${github_PASS_IT}.`,
};
const github_STORE = {
    causes: [],
    addition: '`gh secret set NOLAPSE_TOKEN` asks for the token without showing it.',
};
const github_OVERRIDDEN = {
    causes: ['A repository secret overrides an organisation secret of the same name.'],
};
/** The likeliest cause first. What the event shows for certain stands alone. */
function hintsOnGitHub(verdict, run) {
    switch (verdict.reason) {
        case 'missing':
            return whyMissing(verdict.absence === 'unexpanded', run);
        case 'malformed':
            return github_STORE;
        case 'invalid':
        case 'wrong-org':
            return github_OVERRIDDEN;
        default:
            return NONE;
    }
}
function whyMissing(unexpanded, run) {
    if (unexpanded)
        return github_NOT_EXPANDED;
    const fork = run && forkOf(run);
    if (fork)
        return fork === 'pull-request' ? github_FORK : github_IN_A_FORK;
    return run?.actor === 'dependabot[bot]' ? DEPENDABOT : github_NOT_HERE;
}

;// CONCATENATED MODULE: ./src/messages/causes/gitlab.js

const VARIABLES = 'Settings \u2192 CI/CD \u2192 Variables';
const gitlab_FORK = {
    causes: ["This pipeline runs in a fork, which does not have this project's variables."],
    remedy: 'Add `--tolerate missing`. The job then passes, and nolapse runs locally, without a token.',
    noTokenHere: true,
};
const LITERAL = '.gitlab-ci.yml has `NOLAPSE_TOKEN: $NOLAPSE_TOKEN` under variables:. If there is no such variable, that gives its name.';
const PROTECTED = 'The variable is protected, and this branch or tag is not.';
const gitlab_NOT_HERE = [
    'The variable does not exist here: its name is misspelt, or it belongs to a group that the project is not in.',
    'The variable is limited to an environment, and the job has no `environment:`.',
];
const ADD = `Add the variable NOLAPSE_TOKEN under ${VARIABLES}. Project variables reach each job without further lines.`;
const REMOVE = `Remove that line from .gitlab-ci.yml, and add the variable NOLAPSE_TOKEN under ${VARIABLES}.`;
/** The likeliest cause first. What the pipeline's own variables show for certain stands before the rest. */
function hintsOnGitLab(verdict, env) {
    switch (verdict.reason) {
        case 'missing': {
            if (isFromFork(env))
                return gitlab_FORK;
            const literal = verdict.absence === 'unexpanded';
            const causes = [
                ...(literal ? [LITERAL] : []),
                ...(env.CI_COMMIT_REF_PROTECTED === 'true' ? [] : [PROTECTED]),
                ...gitlab_NOT_HERE,
            ];
            return { causes, remedy: literal ? REMOVE : ADD };
        }
        case 'malformed':
            return {
                causes: isAnotherValue(verdict)
                    ? [
                        'The variable has the type File, and the job gets the path of a file. Change the type to Variable.',
                    ]
                    : [],
                addition: `The variable is under ${VARIABLES}.`,
            };
        case 'invalid':
        case 'wrong-org':
            return {
                causes: [
                    "A project's variable overrides its group's variable of the same name, and a pipeline's variable overrides both.",
                ],
            };
        default:
            return NONE;
    }
}
const isFromFork = (env) => env.CI_MERGE_REQUEST_SOURCE_PROJECT_ID !== undefined &&
    env.CI_MERGE_REQUEST_SOURCE_PROJECT_ID !== env.CI_MERGE_REQUEST_PROJECT_ID;

;// CONCATENATED MODULE: ./src/messages/causes/jenkins.js

function hintsOnJenkins(verdict) {
    switch (verdict.reason) {
        case 'missing':
            return {
                causes: [
                    'The step runs in a container or through sudo, and the variable is not passed on.',
                    'The build is for a pull request from a fork, and such builds get no credentials.',
                ],
                remedy: "In the Jenkinsfile, bind the credential: `environment { NOLAPSE_TOKEN = credentials('NOLAPSE_TOKEN') }`. " +
                    'The credential is of the kind "Secret text".',
            };
        case 'malformed':
            return isAnotherValue(verdict)
                ? {
                    causes: [
                        'The credential is not of the kind "Secret text": "Username with password" gives user:password, "Secret file" gives a path.',
                    ],
                }
                : NONE;
        case 'invalid':
        case 'wrong-org':
            return { causes: ["A folder's credential overrides a global credential of the same ID."] };
        default:
            return NONE;
    }
}

;// CONCATENATED MODULE: ./src/messages/causes/server.js
/** Which server runs a workflow. A file of its own, because passing runs need it too. */
/** Both set GITEA_ACTIONS; Forgejo also sets a variable of its own. */
const isForgejo = (env) => Boolean(env.GITEA_ACTIONS || env.FORGEJO_ACTIONS);

;// CONCATENATED MODULE: ./src/messages/causes/terminal.js

function hintsInTerminal(verdict) {
    switch (verdict.reason) {
        case 'missing':
            return {
                causes: [
                    'The variable is set, but not exported.',
                    'sudo, a container or another shell does not pass it on.',
                ],
                remedy: 'Set NOLAPSE_TOKEN: `read -rs NOLAPSE_TOKEN && export NOLAPSE_TOKEN` asks for it without showing it. ' +
                    'In a CI system, store it as a secret variable.',
            };
        case 'malformed':
            return { causes: [], addition: '`read -rs NOLAPSE_TOKEN` asks for the token without showing it.' };
        case 'invalid':
        case 'wrong-org':
            return { causes: ['The shell still has an old token, from a start-up file or an .env file.'] };
        default:
            return NONE;
    }
}

;// CONCATENATED MODULE: ./src/messages/causes/ci.js







/** Why such a verdict usually happens here, and what to do about it here. */
function hintsFor(verdict, env) {
    if (env.GITLAB_CI)
        return hintsOnGitLab(verdict, env);
    if (env.JENKINS_URL || env.BUILD_TAG)
        return hintsOnJenkins(verdict);
    if (env.BITBUCKET_BUILD_NUMBER)
        return hintsOnBitbucket(verdict);
    if (isForgejo(env))
        return hintsOnForgejo(verdict);
    if (env.GITHUB_ACTIONS)
        return hintsOnGitHub(verdict);
    return hintsInTerminal(verdict);
}

// EXTERNAL MODULE: ./src/messages/message.js
var messages_message = __nccwpck_require__(7785);
// EXTERNAL MODULE: ./src/messages/progress.js
var progress = __nccwpck_require__(9327);
// EXTERNAL MODULE: ./src/process/defect.js
var defect = __nccwpck_require__(6342);
// EXTERNAL MODULE: ./src/process/interruption.js
var process_interruption = __nccwpck_require__(7680);
// EXTERNAL MODULE: ./src/process/version.js
var version = __nccwpck_require__(6303);
// EXTERNAL MODULE: ./src/cli/exit-codes.js
var exit_codes = __nccwpck_require__(2293);
;// CONCATENATED MODULE: ./src/cli/formats.js
/** A verdict as a document: for a person, for a program, for GitLab's dotenv reports. */

const FORMATS = ['text', 'json', 'dotenv'];
/** The document, without a line break at its end. `message` is the verdict in words. */
function documentOf(format, verdict, message) {
    const { valid, reason, org_id, scopes, request_id } = outputsOf(verdict);
    switch (format) {
        case 'text':
            return message;
        case 'json':
            return JSON.stringify({ valid: valid === 'true', reason, org_id, scopes, request_id, message });
        case 'dotenv':
            // No value needs quotes, and GitLab would not take them away: each has a character set of its own (settings.ts).
            return [
                `NOLAPSE_TOKEN_VALID=${valid}`,
                `NOLAPSE_TOKEN_REASON=${reason}`,
                `NOLAPSE_ORG_ID=${org_id}`,
                `NOLAPSE_SCOPES=${scopes.join(',')}`,
            ].join('\n');
    }
}

// EXTERNAL MODULE: ./src/cli/options.js + 1 modules
var cli_options = __nccwpck_require__(5729);
// EXTERNAL MODULE: ./src/cli/output-file.js
var output_file = __nccwpck_require__(9326);
// EXTERNAL MODULE: ./src/cli/print.js
var print = __nccwpck_require__(3687);
// EXTERNAL MODULE: ./src/cli/unwritable.js
var unwritable = __nccwpck_require__(697);
;// CONCATENATED MODULE: ./src/cli/commands/check.js
/** `nolapse-token check`: the gate as a command. */

















/** @param earlier the permissions of the files that an earlier run left at --output */
function registerCheck(program, conclude, onDefect, earlier) {
    (0,cli_options/* withPlatformOptions */.mE)(program.command('check'))
        .summary('check the token in NOLAPSE_TOKEN')
        .description('Asks the platform whether the token in NOLAPSE_TOKEN is valid, belongs to the right organisation and has the ' +
        'required scopes. If not, it says why, and what to do.')
        .option('--required-scopes <list>', `scopes that must all be granted, separated by commas or spaces; none requires no scope (default: ${gate_settings/* DEFAULTS */.zY['required-scopes']})`)
        .option('--expected-org-id <id>', 'the organisation that the token must belong to')
        .option('--tolerate <list>', 'missing, unavailable, or both: reasons that only warn, with exit code 0. The job then passes without a valid ' +
        'token, and NOLAPSE_TOKEN_VALID is false: check it in later steps')
        .addOption(new esm/* Option */.c$('--format <format>', 'how to write the verdict').choices(FORMATS).default('text'))
        .option('--output <file>', 'write the verdict to a file instead of standard output (-), as a whole')
        .addHelpText('after', AFTER)
        .action(async (options) => conclude(await check(options, onDefect, earlier)));
}
/** How long a document may take to be written after the deadline, in milliseconds. */
const LAST_MOMENT = 1_000;
async function check(options, onDefect, earlier) {
    // Listens even if there is nothing to clean up: without a handler, signals do not end the first process of a container.
    const interruption = new process_interruption/* Interruption */._();
    try {
        return await checkUnless(interruption, options, onDefect, earlier);
    }
    finally {
        interruption.stopListening();
    }
}
async function checkUnless(interruption, options, onDefect, earlier) {
    const { clock } = interruption;
    const settings = (0,cli_options/* settingsOf */.f5)(options);
    const situation = (0,messages_message/* situationOf */._7)(settings, (0,cli_options/* optionNames */.W6)(options));
    const file = options.output && !(0,output_file/* isStandardOutput */.HT)(options.output) ? options.output : undefined;
    const deadline = clock.now() + timeoutOf(settings);
    let write = async (document) => (0,print/* print */.yy)(document);
    try {
        if (file) {
            const writeFile = await (0,output_file/* openOutput */.c1)(file, earlier.get(file), { clock, deadline });
            write = document => writeFile(`${document}\n`, { clock, deadline: Math.max(deadline, clock.now() + LAST_MOMENT) });
        }
    }
    catch (error) {
        return (0,unwritable/* reportUnwritable */.i)(error, 'Nothing was sent to the platform.', exit_codes/* EXIT */.d.usage);
    }
    let reported = false;
    const report = async ({ verdict, elapsed }) => {
        // A run has one verdict, so an answer after a reported defect does not count.
        if (reported)
            return exit_codes/* EXIT */.d.failed;
        reported = true;
        const fate = fateOf(verdict, settings);
        let message;
        if (verdict.reason === 'ok') {
            message = (0,progress/* passed */.bF)(verdict.orgId, verdict.scopes, situation.host, elapsed);
            // Only once: as text, it is the document on standard output.
            if (options.format !== 'text' || file)
                (0,print/* say */.cv)(message);
        }
        else {
            const outcome = fate === 'tolerated'
                ? `The job continues without a validated token: --tolerate allows ${verdict.reason}.`
                : undefined;
            const advice = advise(verdict, situation, hintsFor(verdict, process.env), outcome);
            message = (0,messages_message/* textOf */.b6)(advice, verdict.reason);
            if (outcome)
                (0,print/* warn */.R8)(`nolapse token: ${verdict.reason} (tolerated)`, message);
            else
                (0,print/* complain */.cc)(`nolapse token: ${verdict.reason}`, message);
        }
        try {
            if (verdict.reason === 'ok' || options.format !== 'text' || file)
                await write(documentOf(options.format, verdict, message));
        }
        catch (error) {
            return (0,unwritable/* reportUnwritable */.i)(error, 'The verdict is lost, so it does not count.', exit_codes/* EXIT */.d.usage);
        }
        return fate === 'failed' ? (0,exit_codes/* exitCodeOf */.F)(verdict.reason) : exit_codes/* EXIT */.d.done;
    };
    onDefect(error => report({ verdict: { reason: 'internal-error', defect: (0,defect/* defectOf */.L)(error) }, attempts: 0, elapsed: 0 }));
    const ruling = await interruption.during(() => gate(process.env.NOLAPSE_TOKEN, within(deadline - clock.now(), settings), surroundings(retry => (0,print/* say */.cv)((0,print/* paint */.nI)((0,progress/* retrying */.R$)(retry, situation.host), 'dim', process.stderr)))));
    return report(ruling);
}
/** The deadline of the run, in milliseconds. Settings that cannot be used still have to be reported. */
const timeoutOf = (settings) => Array.isArray(settings) ? Number(gate_settings/* DEFAULTS */.zY['timeout-seconds']) * 1000 : settings.timeout;
/** Waiting for a reader uses up time of the validation, but one attempt always remains. */
const within = (left, settings) => Array.isArray(settings) ? settings : { ...settings, timeout: Math.max(SHORTEST, left) };
/** The shortest deadline that a user can set, in milliseconds. */
const SHORTEST = 1_000;
const AFTER = `
The token comes from the environment, as NOLAPSE_TOKEN, never from an argument.
Attempts are repeated, with growing waits, until --timeout-seconds have passed.

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
  2  misconfigured; or wrong usage, or a file that cannot be written: no verdict
  3  unavailable, untrusted, unexpected-response, internal-error
  5  missing, malformed, invalid, wrong-org, missing-scope
  128 + n  ended by signal n

Examples:
  npx --yes @nolapse/token-action@${version/* VERSION */.x} check
  npx --yes @nolapse/token-action@${version/* VERSION */.x} check --format dotenv --output gate.env
  npx --yes @nolapse/token-action@${version/* VERSION */.x} check --tolerate missing --format json`;


/***/ }),

/***/ 3543:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
__nccwpck_require__.r(__webpack_exports__);
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   registerCreate: () => (/* binding */ registerCreate)
/* harmony export */ });
/* harmony import */ var _api_contract_js__WEBPACK_IMPORTED_MODULE_10__ = __nccwpck_require__(9570);
/* harmony import */ var _api_secrets_js__WEBPACK_IMPORTED_MODULE_11__ = __nccwpck_require__(3219);
/* harmony import */ var _api_tokens_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(150);
/* harmony import */ var _process_version_js__WEBPACK_IMPORTED_MODULE_12__ = __nccwpck_require__(6303);
/* harmony import */ var _exit_codes_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(2293);
/* harmony import */ var _failure_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(3930);
/* harmony import */ var _issuing_issue_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(7196);
/* harmony import */ var _issuing_recipient_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(4380);
/* harmony import */ var _namesakes_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(4104);
/* harmony import */ var _options_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(5729);
/* harmony import */ var _print_js__WEBPACK_IMPORTED_MODULE_7__ = __nccwpck_require__(3687);
/* harmony import */ var _redaction_js__WEBPACK_IMPORTED_MODULE_8__ = __nccwpck_require__(9553);
/* harmony import */ var _session_js__WEBPACK_IMPORTED_MODULE_9__ = __nccwpck_require__(8229);
/** `nolapse-token create`: creates a token, proves it valid, hands it over. */













function registerCreate(program, conclude, onDefect) {
    (0,_options_js__WEBPACK_IMPORTED_MODULE_6__/* .withPlatformOptions */ .mE)(program.command('create'))
        .summary('create a token and hand it to a secret store')
        .description('Creates a token, proves it valid, and hands its value to COMMAND on standard input. No one sees the value.')
        .usage('[options] --name <name> [-- COMMAND...]')
        .argument('[command...]', 'what stores the value; started without a shell')
        .requiredOption('--name <name>', 'the name of the token')
        .option('--scope <scope>', 'a scope of the token; repeat it for each (default: execute)', collect)
        .option('--agent-type <type>', 'what will use the token; informational')
        .option('--print', 'print the value although CI is set; use it only if no log keeps standard output')
        .addHelpText('after', AFTER)
        .action(async (words, options, command) => conclude(await (0,_session_js__WEBPACK_IMPORTED_MODULE_9__/* .inSession */ .Cp)(options, async (session) => {
        refuseUnusable(options);
        const ready = (0,_issuing_recipient_js__WEBPACK_IMPORTED_MODULE_4__/* .recipientOf */ .d)(words, (0,_issuing_recipient_js__WEBPACK_IMPORTED_MODULE_4__/* .endsInSeparator */ .l)(command), options);
        return create(session, options, await ready(session), onDefect);
    })));
}
function create(session, options, recipient, onDefect) {
    const scopes = options.scope ? [...new Set(options.scope)] : ['execute'];
    const ledger = {
        name: (0,_redaction_js__WEBPACK_IMPORTED_MODULE_8__/* .shown */ .SP)(options.name),
        fresh: { is: 'not-made' },
        inPlace: false,
        recipient: recipient.name,
    };
    const plan = {
        make: () => (0,_api_tokens_js__WEBPACK_IMPORTED_MODULE_0__/* .createToken */ .Ey)(session.access, options.name, scopes),
        otherwise: 'The token could not be created',
        scopes,
        agentType: options.agentType ?? '',
    };
    return (0,_issuing_issue_js__WEBPACK_IMPORTED_MODULE_3__/* .account */ .ct)(session, ledger, onDefect, async () => {
        (0,_session_js__WEBPACK_IMPORTED_MODULE_9__/* .progress */ .qB)(`Creating a token named ${ledger.name}, with the scopes ${scopes.join(', ')}.`);
        const id = await (0,_issuing_issue_js__WEBPACK_IMPORTED_MODULE_3__/* .bring */ .VB)(session, ledger, plan, recipient);
        await warnOfNamesakes(session, ledger, options.name, id);
    });
}
/** A name that two active tokens have cannot be used as TOKEN. */
async function warnOfNamesakes(session, ledger, name, fresh) {
    for (const id of await (0,_namesakes_js__WEBPACK_IMPORTED_MODULE_5__/* .namesakesOf */ .Q)(session, name, [fresh]))
        (0,_print_js__WEBPACK_IMPORTED_MODULE_7__/* .warn */ .R8)('nolapse-token: the name is ambiguous', `Another active token is named ${ledger.name}: ${id}. While both are active, \`show\`, \`rotate\` and \`revoke\` need an ID ` +
            `instead of the name. If nothing uses the other one, revoke it, with\n  ${session.lines.revoke(id)}`);
}
const collect = (scope, scopes = []) => [...scopes, scope];
function refuseUnusable({ name, scope = [] }) {
    if (name.trim() === '')
        throw new _failure_js__WEBPACK_IMPORTED_MODULE_2__/* .Failure */ .H(_exit_codes_js__WEBPACK_IMPORTED_MODULE_1__/* .EXIT */ .d.usage, '--name is blank.\nWhat to do: name the token.');
    if (!scope.every(one => _api_contract_js__WEBPACK_IMPORTED_MODULE_10__/* .SCOPE */ .hx.test(one) && !(0,_api_secrets_js__WEBPACK_IMPORTED_MODULE_11__/* .isTokenShaped */ .V_)(one)))
        throw new _failure_js__WEBPACK_IMPORTED_MODULE_2__/* .Failure */ .H(_exit_codes_js__WEBPACK_IMPORTED_MODULE_1__/* .EXIT */ .d.usage, '--scope is not a scope.\nWhat to do: give each scope by a --scope of its own: letters, digits and : . _ -');
}
const AFTER = `
COMMAND gets the value on its standard input: 44 bytes, no line break. Its
arguments and its environment contain neither the value nor the session. Its
output is passed on with the value masked. Without a COMMAND, the value is
printed on standard output, alone on its line. Everything else goes to standard
error.

The new token is revoked if a step fails before COMMAND has started, or if
COMMAND fails without reading the value (not on Windows). In any other case, no
one can know what COMMAND has stored: nothing is revoked, and the message names
the token and the command line that revokes it. Creating is never tried twice.

The session comes from the environment variable NOLAPSE_SESSION_TOKEN.

Example:
  npx --yes @nolapse/token-action@${_process_version_js__WEBPACK_IMPORTED_MODULE_12__/* .VERSION */ .x} create --name ci -- \\
    gh secret set NOLAPSE_TOKEN --repo acme/api`;


/***/ }),

/***/ 6727:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";

// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  registerLint: () => (/* binding */ registerLint)
});

// EXTERNAL MODULE: ../node_modules/commander/esm.mjs
var esm = __nccwpck_require__(5109);
// EXTERNAL MODULE: ./src/process/interruption.js
var process_interruption = __nccwpck_require__(7680);
// EXTERNAL MODULE: ./src/process/version.js
var version = __nccwpck_require__(6303);
// EXTERNAL MODULE: ./src/cli/exit-codes.js
var exit_codes = __nccwpck_require__(2293);
// EXTERNAL MODULE: ./src/cli/issuing/command.js
var command = __nccwpck_require__(6190);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __nccwpck_require__(3024);
;// CONCATENATED MODULE: external "node:module"
const external_node_module_namespaceObject = require("node:module");
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __nccwpck_require__(6760);
;// CONCATENATED MODULE: ./src/cli/load-lint.js
/** Loads what `lint` needs: a file beside the command line's own, which no other command reads. */



/** @param own the command line's own file, through npm's link to it; undefined if `lint.js` is not beside it */
function loadLint(own = process.argv[1]) {
    const file = (0,external_node_path_.join)((0,external_node_path_.dirname)((0,external_node_fs_.existsSync)(own) ? (0,external_node_fs_.realpathSync)(own) : own), 'lint.js');
    return (0,external_node_fs_.existsSync)(file) ? (0,external_node_module_namespaceObject.createRequire)(file)(file) : undefined;
}

// EXTERNAL MODULE: ./src/cli/output-file.js
var output_file = __nccwpck_require__(9326);
// EXTERNAL MODULE: ./src/cli/print.js
var print = __nccwpck_require__(3687);
// EXTERNAL MODULE: ./src/cli/unwritable.js
var unwritable = __nccwpck_require__(697);
;// CONCATENATED MODULE: ./src/cli/commands/lint.js
/** `nolapse-token lint`: whether the gate holds in these workflows. Loaded from a file of its own, on request only. */









const FORMATS = ['text', 'json', 'sarif', 'github'];
/**
 * @param earlier the permissions of the files that an earlier run left at `--output`
 * @param load loads the file that contains lint
 */
function registerLint(program, conclude, earlier, load = loadLint) {
    program
        .command('lint')
        .summary('prove that no pull request is merged without nolapse')
        .description('Reads workflows and pipelines, and proves that a pull request can be merged only if nolapse ran for it and ' +
        'passed. If not, shows a counterexample. Needs no token and no network.')
        .argument('[path...]', 'files, or folders of repositories (default: the current folder)')
        .option('--required-check <name>', 'a check that must pass before a merge; repeat it for more checks', collect, [])
        .option('--github [repository]', "also check the repository's settings on GitHub, with your own gh: [HOST/]OWNER/REPO (default: the folder's remote)")
        .option('--strict', 'also fail on what is not proven', false)
        .addOption(new esm/* Option */.c$('--format <format>', 'how to write the report').choices(FORMATS).default('text'))
        .option('--output <file>', 'write the report to a file, all at once, instead of standard output')
        .addHelpText('after', AFTER)
        .action(async (paths, options) => conclude(await run(paths, options, earlier, load)));
}
const collect = (name, names) => [...names, name];
/** How long to wait for a reader of a pipe at `--output`, in milliseconds. */
const PATIENCE = 90_000;
async function run(paths, options, earlier, load) {
    const interruption = new process_interruption/* Interruption */._();
    const { clock } = interruption;
    const patience = { clock, deadline: clock.now() + PATIENCE };
    const file = options.output && !(0,output_file/* isStandardOutput */.HT)(options.output) ? options.output : undefined;
    let write = async (document) => (0,print/* print */.yy)(document);
    try {
        if (file) {
            const writeFile = await (0,output_file/* openOutput */.c1)(file, earlier.get(file), patience);
            write = document => writeFile(`${document}\n`, patience);
        }
        const lint = load();
        if (!lint) {
            (0,print/* complain */.cc)('nolapse-token: lint.js is missing', MISSING);
            return exit_codes/* EXIT */.d.usage;
        }
        const { requiredCheck: required, strict, format } = options;
        const { exit, document, complaints, blind } = await lint.lint({
            paths,
            required,
            strict,
            format,
            version: version/* VERSION */.x,
            github: options.github === undefined ? undefined : askWith(options.github),
        });
        if (complaints.length > 0)
            (0,print/* complain */.cc)('nolapse-token: wrong usage', complaints.join('\n\n'));
        if (blind.length > 0)
            (0,print/* complain */.cc)('nolapse-token: GitHub shows nothing', blind.join('\n\n'));
        await write(document);
        return exit;
    }
    catch (error) {
        return (0,unwritable/* reportUnwritable */.i)(error, 'The report is lost.', exit_codes/* EXIT */.d.usage);
    }
    finally {
        interruption.stopListening();
    }
}
/** lint decides whether the word after --github is a repository or a path. */
const askWith = (word) => ({
    word: word === true ? undefined : word,
    gh: (0,command/* findCommand */.Zv)(['gh'])?.path,
    git: (0,command/* findCommand */.Zv)(['git'])?.path,
    environment: process.env,
});
const MISSING = '`lint` needs the file lint.js in the folder of this program, and it is not there.\n' +
    'What to do: copy lint.js too, or run `npx @nolapse/token-action lint`.';
const AFTER = `
A folder is searched for .github/workflows/*.yml and *.yaml, for the same files
of .forgejo and .gitea, and for .gitlab-ci.yml. Without --required-check, lint
names the smallest set of checks to require.

Exit codes:
  0  no errors; with --strict, nothing unproven either
  2  wrong usage, or a file that is not a workflow
  3  --github could not see anything, or a defect of ours
  5  at least one error; with --strict, also if anything is unproven
  128 + n  ended by signal n

Examples:
  npx --yes @nolapse/token-action@${version/* VERSION */.x} lint
  npx --yes @nolapse/token-action@${version/* VERSION */.x} lint --required-check verdict --strict
  npx --yes @nolapse/token-action@${version/* VERSION */.x} lint --format sarif --output lint.sarif

More: https://github.com/nolapse/token-action/blob/main/docs/lint.md`;


/***/ }),

/***/ 4339:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
__nccwpck_require__.r(__webpack_exports__);
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   documentOf: () => (/* binding */ documentOf),
/* harmony export */   formatOption: () => (/* binding */ formatOption),
/* harmony export */   registerList: () => (/* binding */ registerList)
/* harmony export */ });
/* harmony import */ var commander__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(5109);
/* harmony import */ var _api_tokens_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(150);
/* harmony import */ var _exit_codes_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(2293);
/* harmony import */ var _failure_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(3930);
/* harmony import */ var _options_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(5729);
/* harmony import */ var _print_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(3687);
/* harmony import */ var _redaction_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(9553);
/* harmony import */ var _session_js__WEBPACK_IMPORTED_MODULE_7__ = __nccwpck_require__(8229);
/** `nolapse-token list`: the tokens of the organisation, for people and for machines. Never a value. */








const formatOption = () => new commander__WEBPACK_IMPORTED_MODULE_0__/* .Option */ .c$('--format <format>', 'for people or for machines').choices(['text', 'json']).default('text');
function registerList(program, conclude) {
    (0,_options_js__WEBPACK_IMPORTED_MODULE_4__/* .withPlatformOptions */ .mE)(program.command('list'))
        .summary('list the tokens of the organisation')
        .description('Lists the tokens of the organisation: ID, status, name, scopes, agent type. Never a value.')
        .addOption(formatOption())
        .action(async (options) => conclude(await list(options)));
}
const list = (options) => (0,_session_js__WEBPACK_IMPORTED_MODULE_7__/* .inSession */ .Cp)(options, async ({ access, interruption, situation }) => {
    const outcome = await interruption.during(() => (0,_api_tokens_js__WEBPACK_IMPORTED_MODULE_1__/* .listTokens */ .dh)(access));
    if (outcome.kind !== 'done')
        throw (0,_failure_js__WEBPACK_IMPORTED_MODULE_3__/* .failureOf */ .g)(outcome, 'The tokens could not be listed', situation);
    const { tokens, unusable } = outcome.value;
    if (options.format === 'json')
        (0,_print_js__WEBPACK_IMPORTED_MODULE_5__/* .print */ .yy)((0,_redaction_js__WEBPACK_IMPORTED_MODULE_6__/* .jsonOf */ .o_)(tokens.map(documentOf), access.secrets));
    else if (tokens.length > 0)
        (0,_print_js__WEBPACK_IMPORTED_MODULE_5__/* .print */ .yy)(tableOf(tokens, access.secrets));
    else
        (0,_print_js__WEBPACK_IMPORTED_MODULE_5__/* .say */ .cv)('There are no tokens.');
    if (unusable > 0)
        (0,_print_js__WEBPACK_IMPORTED_MODULE_5__/* .warn */ .R8)('nolapse-token: not all tokens are listed', `The platform listed ${unusable} more, without an ID that can be used.`);
    return _exit_codes_js__WEBPACK_IMPORTED_MODULE_2__/* .EXIT */ .d.done;
});
/** With the platform's own field names. */
const documentOf = ({ id, name, status, scopes, agentType }) => ({
    id,
    name,
    status,
    scopes,
    agent_type: agentType,
});
const HEADINGS = ['ID', 'STATUS', 'NAME', 'SCOPES', 'AGENT TYPE'];
/** A longer cell does not widen its column, because it would pad every row. */
const WIDEST = 40;
/** Tokens that no longer work stand out: in brackets, and in colour on a terminal. The word is the platform's. */
function tableOf(tokens, secrets) {
    const rows = tokens.map(({ id, status, name, scopes, agentType }) => {
        const word = (0,_redaction_js__WEBPACK_IMPORTED_MODULE_6__/* .shown */ .SP)(status, secrets);
        const cells = [(0,_redaction_js__WEBPACK_IMPORTED_MODULE_6__/* .shown */ .SP)(name, secrets), (0,_redaction_js__WEBPACK_IMPORTED_MODULE_6__/* .shown */ .SP)(scopes.join(', '), secrets), (0,_redaction_js__WEBPACK_IMPORTED_MODULE_6__/* .shown */ .SP)(agentType, secrets)];
        return [id, word === 'active' ? word : `(${word})`, ...cells];
    });
    const widths = HEADINGS.map(heading => heading.length);
    for (const row of rows)
        for (const [column, cell] of row.entries()) {
            const width = [...cell].length;
            if (width <= WIDEST && width > widths[column])
                widths[column] = width;
        }
    const lineOf = (row) => row
        .map((cell, column) => cell + ' '.repeat(Math.max(0, widths[column] - [...cell].length)))
        .join('  ')
        .trimEnd();
    const lines = rows.map((row, index) => {
        const status = tokens[index].status;
        return status === 'active'
            ? lineOf(row)
            : (0,_print_js__WEBPACK_IMPORTED_MODULE_5__/* .paint */ .nI)(lineOf(row), status === 'revoked' ? 'dim' : 'yellow', process.stdout);
    });
    return [lineOf(HEADINGS), ...lines].join('\n');
}


/***/ }),

/***/ 9605:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
// ESM COMPAT FLAG
__nccwpck_require__.r(__webpack_exports__);

// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  registerRevoke: () => (/* binding */ registerRevoke)
});

// EXTERNAL MODULE: ./src/api/tokens.js
var tokens = __nccwpck_require__(150);
// EXTERNAL MODULE: ./src/process/interruption.js
var process_interruption = __nccwpck_require__(7680);
;// CONCATENATED MODULE: external "node:readline"
const external_node_readline_namespaceObject = require("node:readline");
;// CONCATENATED MODULE: ./src/cli/confirm.js
/** Asks a person. */

/** Whether there is a person to ask: a terminal to read from, and one to ask on. */
const canAsk = () => Boolean(process.stdin.isTTY && process.stderr.isTTY);
/** Asks on the terminal. Only a clear yes counts. */
function confirm_confirm(question) {
    const terminal = (0,external_node_readline_namespaceObject.createInterface)({ input: process.stdin, output: process.stderr });
    return new Promise(resolve => {
        terminal.on('close', () => resolve(false));
        // readline intercepts Ctrl-C, so turn it into a signal again.
        terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
        terminal.question(`${question} [y/N] `, answer => {
            resolve(/^y(es)?$/i.test(answer.trim()));
            terminal.close();
        });
    });
}

// EXTERNAL MODULE: ./src/cli/exit-codes.js
var exit_codes = __nccwpck_require__(2293);
// EXTERNAL MODULE: ./src/cli/failure.js
var failure = __nccwpck_require__(3930);
// EXTERNAL MODULE: ./src/cli/find-token.js
var find_token = __nccwpck_require__(2557);
// EXTERNAL MODULE: ./src/cli/issuing/issue.js
var issue = __nccwpck_require__(7196);
// EXTERNAL MODULE: ./src/cli/options.js + 1 modules
var options = __nccwpck_require__(5729);
// EXTERNAL MODULE: ./src/cli/print.js
var print = __nccwpck_require__(3687);
// EXTERNAL MODULE: ./src/cli/redaction.js
var redaction = __nccwpck_require__(9553);
// EXTERNAL MODULE: ./src/cli/session.js + 1 modules
var session = __nccwpck_require__(8229);
;// CONCATENATED MODULE: ./src/cli/commands/revoke.js











function registerRevoke(program, conclude) {
    (0,options/* withPlatformOptions */.mE)(program.command('revoke'))
        .summary('revoke a token')
        .description('Revokes a token: from then on, the platform rejects it. A cached validation may last for another minute.')
        .argument('<token>', 'its ID, or a name that exactly one active token has')
        .option('--yes', 'do not ask first; needed if there is no terminal, or if CI is set')
        .action(async (given, options) => conclude(await (0,session/* inSession */.Cp)(options, session => revoke(session, given, options))));
}
async function revoke(session, given, { yes }) {
    const { access, interruption, situation, lines } = session;
    (0,find_token/* refuseValue */.s)(given);
    // A CI may run a job on a pseudo-terminal without a person to answer.
    if (!yes && (process.env.CI || !canAsk()))
        throw new failure/* Failure */.H(exit_codes/* EXIT */.d.usage, 'Without --yes, `revoke` asks first, and no one can answer here: there is no terminal, or CI is set.\nWhat to do: add --yes.');
    const found = await (0,find_token/* findToken */.f)(session, given);
    const { id } = found;
    const [name, status] = [(0,redaction/* shown */.SP)(found.name, access.secrets), (0,redaction/* shown */.SP)(found.status, access.secrets)];
    if (status === 'revoked') {
        (0,print/* say */.cv)(`The token ${id}, named ${name}, is already revoked.`);
        return exit_codes/* EXIT */.d.done;
    }
    const question = `Revoke the token ${id}, named ${name} (${status})?`;
    if (!yes && !(await interruption.during(() => confirm_confirm(question)))) {
        (0,print/* say */.cv)('Nothing was revoked.');
        return exit_codes/* EXIT */.d.rejected;
    }
    interruption.check();
    const doubt = `The token ${id} may still work. To make sure, run\n  ${lines.revoke(id)}`;
    try {
        const outcome = await interruption.during(() => (0,tokens/* revokeToken */.w$)(access, id), issue/* PATIENCE */.aZ);
        if (outcome.kind !== 'done') {
            interruption.check();
            const { code, message } = (0,failure/* failureOf */.g)(outcome, `The token ${id} could not be revoked`, situation);
            throw new failure/* Failure */.H(code === exit_codes/* EXIT */.d.rejected ? code : exit_codes/* EXIT */.d.leftover, `${message}\n${doubt}`);
        }
    }
    catch (error) {
        if (!(error instanceof process_interruption/* Interrupted */.j))
            throw error;
        (0,print/* complain */.cc)(`nolapse-token: ended by ${error.signal}`, doubt);
        return error.exitCode;
    }
    (0,print/* say */.cv)(`The token ${id}, named ${name}, is revoked. If a validation is cached, it may work for another minute.`);
    return exit_codes/* EXIT */.d.done;
}


/***/ }),

/***/ 488:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
__nccwpck_require__.r(__webpack_exports__);
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   registerRotate: () => (/* binding */ registerRotate)
/* harmony export */ });
/* harmony import */ var _api_tokens_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(150);
/* harmony import */ var _process_version_js__WEBPACK_IMPORTED_MODULE_12__ = __nccwpck_require__(6303);
/* harmony import */ var _exit_codes_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(2293);
/* harmony import */ var _failure_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(3930);
/* harmony import */ var _find_token_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(2557);
/* harmony import */ var _issuing_issue_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(7196);
/* harmony import */ var _issuing_ledger_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(3622);
/* harmony import */ var _issuing_recipient_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(4380);
/* harmony import */ var _namesakes_js__WEBPACK_IMPORTED_MODULE_7__ = __nccwpck_require__(4104);
/* harmony import */ var _options_js__WEBPACK_IMPORTED_MODULE_8__ = __nccwpck_require__(5729);
/* harmony import */ var _print_js__WEBPACK_IMPORTED_MODULE_9__ = __nccwpck_require__(3687);
/* harmony import */ var _redaction_js__WEBPACK_IMPORTED_MODULE_10__ = __nccwpck_require__(9553);
/* harmony import */ var _session_js__WEBPACK_IMPORTED_MODULE_11__ = __nccwpck_require__(8229);













function registerRotate(program, conclude, onDefect) {
    (0,_options_js__WEBPACK_IMPORTED_MODULE_8__/* .withPlatformOptions */ .mE)(program.command('rotate'))
        .summary('replace a token by a new one')
        .description('Creates a token with the same name, scopes and agent type, proves it valid, and hands its value to COMMAND. ' +
        'The old token stays valid, because running jobs hold it. --revoke-old revokes it.')
        .usage('[options] <token> [-- COMMAND...]')
        .argument('<token>', 'the old token: its ID, or a name that exactly one active token has')
        .argument('[command...]', 'what stores the value; started without a shell')
        .option('--revoke-old <after>', 'revoke the old token once the value is handed over: at once (0) or after a wait (90s, 30m, 2h)')
        .option('--in-place', "use the platform's own rotation, for a plan that allows one token: there is almost no overlap, and a value " +
        'that is lost then cannot be recovered')
        .option('--print', 'print the value although CI is set; use it only if no log keeps standard output')
        .addHelpText('after', AFTER)
        .action(async (given, words, options, command) => conclude(await (0,_session_js__WEBPACK_IMPORTED_MODULE_11__/* .inSession */ .Cp)(options, async (session) => {
        const wait = waitOf(options, words);
        (0,_find_token_js__WEBPACK_IMPORTED_MODULE_3__/* .refuseValue */ .s)(given);
        const ready = (0,_issuing_recipient_js__WEBPACK_IMPORTED_MODULE_6__/* .recipientOf */ .d)(words, (0,_issuing_recipient_js__WEBPACK_IMPORTED_MODULE_6__/* .endsInSeparator */ .l)(command), options);
        const recipient = await ready(session);
        const old = await (0,_find_token_js__WEBPACK_IMPORTED_MODULE_3__/* .findToken */ .f)(session, given);
        const { secrets } = session.access;
        if (old.status !== 'active')
            throw new _failure_js__WEBPACK_IMPORTED_MODULE_2__/* .Failure */ .H(_exit_codes_js__WEBPACK_IMPORTED_MODULE_1__/* .EXIT */ .d.rejected, `The token ${old.id} is not active (${(0,_redaction_js__WEBPACK_IMPORTED_MODULE_10__/* .shown */ .SP)(old.status, secrets)}).\nWhat to do: find the active token with \`list\` and rotate that one, or create a new one.`);
        if (old.flaw) {
            const answer = { kind: 'field', ...old.flaw };
            throw (0,_failure_js__WEBPACK_IMPORTED_MODULE_2__/* .failureOf */ .g)({ kind: 'unexpected', surprise: answer, requestId: '' }, `The token ${old.id} cannot be rotated`, session.situation);
        }
        const ledger = {
            name: (0,_redaction_js__WEBPACK_IMPORTED_MODULE_10__/* .shown */ .SP)(old.name, secrets),
            fresh: { is: 'not-made' },
            old: { id: old.id, is: 'active' },
            inPlace: options.inPlace === true,
            recipient: recipient.name,
        };
        return (0,_issuing_issue_js__WEBPACK_IMPORTED_MODULE_4__/* .account */ .ct)(session, ledger, onDefect, () => rotate(session, ledger, old, recipient, wait));
    })));
}
/** All steps, in order. */
async function rotate(session, ledger, old, recipient, wait) {
    const { access, interruption } = session;
    (0,_session_js__WEBPACK_IMPORTED_MODULE_11__/* .progress */ .qB)(ledger.inPlace
        ? `Rotating the token ${old.id}, named ${ledger.name}, in place.`
        : `Creating a token named ${ledger.name}, to replace ${old.id}.`);
    const plan = ledger.inPlace ? inPlace(session, ledger, old) : anew(session, old);
    const id = await (0,_issuing_issue_js__WEBPACK_IMPORTED_MODULE_4__/* .bring */ .VB)(session, ledger, plan, recipient);
    if (ledger.inPlace)
        return;
    if (wait === undefined)
        return tellOfOthers(session, ledger, old, id);
    if (wait > 0) {
        (0,_print_js__WEBPACK_IMPORTED_MODULE_9__/* .say */ .cv)((0,_issuing_ledger_js__WEBPACK_IMPORTED_MODULE_5__/* .inventory */ .p)(ledger, session.lines));
        (0,_session_js__WEBPACK_IMPORTED_MODULE_11__/* .progress */ .qB)(`Waiting ${wait / 1000} s before the old token is revoked.`);
        await interruption.during(() => access.clock.sleep(wait));
    }
    await end(session, ledger, old.id);
    await tellOfOthers(session, ledger, old, id);
}
const anew = ({ access }, old) => ({
    make: () => (0,_api_tokens_js__WEBPACK_IMPORTED_MODULE_0__/* .createToken */ .Ey)(access, old.name, old.scopes, old.id),
    otherwise: 'The new token could not be created',
    scopes: old.scopes,
    agentType: old.agentType,
});
const inPlace = ({ access }, ledger, old) => ({
    make: async () => {
        ledger.old = { id: old.id, is: 'unclear' };
        const outcome = await (0,_api_tokens_js__WEBPACK_IMPORTED_MODULE_0__/* .rotateToken */ .hH)(access, old.id);
        if (outcome.kind === 'done')
            ledger.old.is = 'rotating';
        // Someone else has revoked or rotated it, so its status is unknown.
        else if (outcome.kind === 'refused' && [404, 409].includes(outcome.status))
            delete ledger.old;
        else if (!(0,_api_tokens_js__WEBPACK_IMPORTED_MODULE_0__/* .mayHaveWorked */ .gj)(outcome))
            ledger.old.is = 'active';
        return outcome;
    },
    otherwise: `The token ${old.id} could not be rotated`,
    scopes: old.scopes,
    agentType: '',
});
async function end({ access, interruption, situation }, ledger, id) {
    // After a hang-up, the user would not see that the old token is revoked.
    await interruption.hear();
    (0,_session_js__WEBPACK_IMPORTED_MODULE_11__/* .progress */ .qB)(`Revoking the old token ${id}.`);
    ledger.old = { id, is: 'unclear' };
    const outcome = await interruption.during(() => (0,_api_tokens_js__WEBPACK_IMPORTED_MODULE_0__/* .revokeToken */ .w$)(access, id), _issuing_issue_js__WEBPACK_IMPORTED_MODULE_4__/* .PATIENCE */ .aZ);
    if (outcome.kind === 'done')
        ledger.old.is = 'revoked';
    else {
        if (!(0,_api_tokens_js__WEBPACK_IMPORTED_MODULE_0__/* .mayHaveWorked */ .gj)(outcome))
            ledger.old.is = 'active';
        throw (0,_failure_js__WEBPACK_IMPORTED_MODULE_2__/* .failureOf */ .g)(outcome, `The old token ${id} could not be revoked`, situation);
    }
}
/** Names tokens from another rotation of the same token, earlier or concurrent. The user may not know them. */
async function tellOfOthers(session, ledger, old, fresh) {
    for (const id of await (0,_namesakes_js__WEBPACK_IMPORTED_MODULE_7__/* .namesakesOf */ .Q)(session, old.name, [old.id, fresh]))
        (0,_print_js__WEBPACK_IMPORTED_MODULE_9__/* .say */ .cv)(`Another active token is named ${ledger.name}: ${id}, perhaps from another rotation. If nothing uses it, revoke it, with\n  ${session.lines.revoke(id)}`);
}
const HOUR = 3_600_000;
const UNITS = { s: 1_000, m: 60_000, h: HOUR };
/** No session lasts longer than 7 days. */
const LONGEST_WAIT = 7 * 24 * HOUR;
/** The wait that --revoke-old asks for, in milliseconds; `undefined` if the old token stays. */
function waitOf({ revokeOld, inPlace = false }, words) {
    if (revokeOld === undefined)
        return undefined;
    const wrong = (what) => new _failure_js__WEBPACK_IMPORTED_MODULE_2__/* .Failure */ .H(_exit_codes_js__WEBPACK_IMPORTED_MODULE_1__/* .EXIT */ .d.usage, what);
    if (inPlace)
        throw wrong('--revoke-old cannot be used with --in-place.\nWhat to do: leave it out. The platform ends the old token itself.');
    if (words.length === 0)
        throw wrong('--revoke-old needs a COMMAND: without one, it is not known when the new value is stored.\nWhat to do: name the COMMAND that stores the value.');
    const [, amount, unit] = /^(\d{1,6})([smh])$|^0$/.exec(revokeOld) ?? [undefined, undefined, undefined];
    const wait = revokeOld === '0' ? 0 : Number(amount) * (UNITS[unit ?? ''] ?? Number.NaN);
    if (!(wait <= LONGEST_WAIT))
        throw wrong('--revoke-old must be 0 or a duration up to 7 days.\nWhat to do: write it like 0, 90s, 30m or 2h.');
    return wait;
}
const AFTER = `
COMMAND gets the value on its standard input: 44 bytes, no line break. Its
arguments and its environment contain neither the value nor the session. Its
output is passed on with the value masked. Without a COMMAND, the value is
printed on standard output, alone on its line. Everything else goes to standard
error.

The new token is revoked if a step fails before COMMAND has started, or if
COMMAND fails without reading the value (not on Windows). The old token is then
unchanged. In any other case, it is unclear what COMMAND has stored: nothing is
revoked, and the message names both tokens and the command line that revokes each.

With --in-place, the old token starts to expire as soon as the new one exists.
Therefore the new token is never revoked automatically. The message names it. A
value that is lost cannot be recovered.

The run also ends if the process that started it ends, as npx does after a
signal. It then does not revoke the old token. Under nohup it continues.

The session comes from the environment variable NOLAPSE_SESSION_TOKEN.

Example:
  npx --yes @nolapse/token-action@${_process_version_js__WEBPACK_IMPORTED_MODULE_12__/* .VERSION */ .x} rotate ci --revoke-old 30m -- \\
    gh secret set NOLAPSE_TOKEN --repo acme/api`;


/***/ }),

/***/ 2046:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
__nccwpck_require__.r(__webpack_exports__);
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   registerShow: () => (/* binding */ registerShow)
/* harmony export */ });
/* harmony import */ var _exit_codes_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(2293);
/* harmony import */ var _find_token_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(2557);
/* harmony import */ var _options_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(5729);
/* harmony import */ var _print_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(3687);
/* harmony import */ var _redaction_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(9553);
/* harmony import */ var _session_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(8229);
/* harmony import */ var _list_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(4339);







function registerShow(program, conclude) {
    (0,_options_js__WEBPACK_IMPORTED_MODULE_2__/* .withPlatformOptions */ .mE)(program.command('show'))
        .summary("show one token's metadata")
        .description("Shows one token's metadata. Never its value.")
        .argument('<token>', 'its ID, or a name that exactly one active token has')
        .addOption((0,_list_js__WEBPACK_IMPORTED_MODULE_6__.formatOption)())
        .action(async (given, options) => conclude(await show(given, options)));
}
const show = (given, options) => (0,_session_js__WEBPACK_IMPORTED_MODULE_5__/* .inSession */ .Cp)(options, async (session) => {
    const token = await (0,_find_token_js__WEBPACK_IMPORTED_MODULE_1__/* .findToken */ .f)(session, given);
    (0,_print_js__WEBPACK_IMPORTED_MODULE_3__/* .print */ .yy)(options.format === 'json'
        ? (0,_redaction_js__WEBPACK_IMPORTED_MODULE_4__/* .jsonOf */ .o_)({ ...(0,_list_js__WEBPACK_IMPORTED_MODULE_6__.documentOf)(token), created_at: token.createdAt }, session.access.secrets)
        : textOf(token, session.access.secrets));
    return _exit_codes_js__WEBPACK_IMPORTED_MODULE_0__/* .EXIT */ .d.done;
});
const textOf = ({ id, name, status, scopes, agentType, createdAt }, secrets) => [
    `id:          ${id}`,
    `name:        ${(0,_redaction_js__WEBPACK_IMPORTED_MODULE_4__/* .shown */ .SP)(name, secrets)}`,
    `status:      ${(0,_redaction_js__WEBPACK_IMPORTED_MODULE_4__/* .shown */ .SP)(status, secrets)}`,
    `scopes:      ${(0,_redaction_js__WEBPACK_IMPORTED_MODULE_4__/* .shown */ .SP)(scopes.join(', '), secrets)}`,
    `agent type:  ${(0,_redaction_js__WEBPACK_IMPORTED_MODULE_4__/* .shown */ .SP)(agentType, secrets)}`,
    `created at:  ${(0,_redaction_js__WEBPACK_IMPORTED_MODULE_4__/* .shown */ .SP)(createdAt, secrets)}`,
]
    .map(line => line.trimEnd())
    .join('\n');


/***/ }),

/***/ 2293:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   F: () => (/* binding */ exitCodeOf),
/* harmony export */   d: () => (/* binding */ EXIT)
/* harmony export */ });
/**
 * Never 1: npm, npx, Node and shells exit with 1 when they fail themselves, and `nolapse run` uses it for coverage, so
 * pipelines may let it pass.
 */
const EXIT = {
    /** Done, valid, or tolerated. */
    done: 0,
    /** Wrong usage, no session, or settings that cannot be used. */
    usage: 2,
    /** No usable answer, or a defect of ours, with nothing left behind. */
    failed: 3,
    /** Something is left that someone must look at. */
    leftover: 4,
    /** Rejected, with nothing left behind. */
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
/** The exit code of a verdict that is not tolerated. */
const exitCodeOf = (reason) => BY_REASON[reason];


/***/ }),

/***/ 3930:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   H: () => (/* binding */ Failure),
/* harmony export */   g: () => (/* binding */ failureOf)
/* harmony export */ });
/* harmony import */ var _messages_describe_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(5349);
/* harmony import */ var _messages_explain_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(2893);
/* harmony import */ var _messages_neutralise_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(3230);
/* harmony import */ var _exit_codes_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(2293);
/** Why a command failed: an exit code, what is wrong, and what to do. */




class Failure extends Error {
    code;
    /** @param says what is wrong and what to do, in sentences */
    constructor(code, says) {
        super(says);
        this.code = code;
    }
}
const SIGN_IN = 'What to do: sign in to nolapse again and set NOLAPSE_SESSION_TOKEN to the new session. A session belongs to one ' +
    'deployment. Neither a nolapse token nor the SERVICE_TOKEN of a self-hosted platform is a session.';
/** @param what the start of a sentence: what could not be done */
function failureOf(failed, what, situation) {
    const { host, setting } = situation;
    switch (failed.kind) {
        case 'refused':
            return new Failure(_exit_codes_js__WEBPACK_IMPORTED_MODULE_2__/* .EXIT */ .d.rejected, `${what}: ${refusal(failed.status, failed.said)}`);
        case 'untrusted':
            return new Failure(_exit_codes_js__WEBPACK_IMPORTED_MODULE_2__/* .EXIT */ .d.failed, `${what}. ${inBrief({ ...failed, reason: 'untrusted' }, situation)}`);
        case 'unavailable': {
            const { cause, requestId } = failed;
            const proxy = 'proxy' in cause && cause.proxy;
            const remedy = proxy
                ? (0,_messages_explain_js__WEBPACK_IMPORTED_MODULE_1__/* .explain */ .W)({ reason: 'unavailable', cause, requestId }, situation).remedy
                : `check ${setting('api-url')} and the platform's health, then run the command again later.`;
            return new Failure(_exit_codes_js__WEBPACK_IMPORTED_MODULE_2__/* .EXIT */ .d.failed, `${what}: the platform at ${host} gave no usable answer: ${(0,_messages_describe_js__WEBPACK_IMPORTED_MODULE_0__/* .describe */ .q0)(cause)}.\nWhat to do: ${remedy}`);
        }
        case 'unexpected': {
            const { surprise, requestId } = failed;
            if (surprise.kind === 'proxy' || surprise.kind === 'handshake' || surprise.kind === 'not-http')
                return new Failure(_exit_codes_js__WEBPACK_IMPORTED_MODULE_2__/* .EXIT */ .d.failed, `${what}. ${inBrief({ reason: 'unexpected-response', surprise, requestId }, situation)}`);
            const answer = surprise.kind === 'too-large'
                ? `The answer from ${host} is too long.`
                : (0,_messages_explain_js__WEBPACK_IMPORTED_MODULE_1__/* .explain */ .W)({ reason: 'unexpected-response', surprise, requestId }, situation).what;
            return new Failure(_exit_codes_js__WEBPACK_IMPORTED_MODULE_2__/* .EXIT */ .d.failed, `${what}. ${answer}\nWhat to do: check ${setting('api-url')}, and any proxy between this machine and the ` +
                'platform. A platform that answers 404 or 501 may not offer this yet.');
        }
    }
}
/** What a validation would say about the same problem, without the causes. */
function inBrief(verdict, situation) {
    const { what, remedy } = (0,_messages_explain_js__WEBPACK_IMPORTED_MODULE_1__/* .explain */ .W)(verdict, situation);
    return `${what}\nWhat to do: ${remedy}`;
}
function refusal(status, said) {
    const words = said ? ` (${status}, "${(0,_messages_neutralise_js__WEBPACK_IMPORTED_MODULE_3__/* .neutralise */ .$)(said)}")` : ` (${status})`;
    switch (status) {
        case 401:
            return `the platform does not accept the session, or it has expired${words}.\n${SIGN_IN}`;
        case 402:
            return (`the plan's token limit is reached${words}. Tokens that are rotating count.\n` +
                'What to do: revoke a token that is no longer used. If the plan allows only one token, use ' +
                '`rotate TOKEN --in-place`, or revoke the old token before you create the new one.');
        case 403:
            return `the session may not do that${words}.\nWhat to do: use a session that has the permission.`;
        case 404:
            return `there is no such token${words}.\nWhat to do: see all tokens with \`list\`.`;
        case 409:
            return (`the token is not active${words}: it has been revoked, or another rotation of it came first.\n` +
                'What to do: find the active token with `list`, and rotate that one.');
        default:
            return `the platform rejects the request${words}.\nWhat to do: correct what the platform names.`;
    }
}


/***/ }),

/***/ 2557:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   f: () => (/* binding */ findToken),
/* harmony export */   s: () => (/* binding */ refuseValue)
/* harmony export */ });
/* harmony import */ var _api_tokens_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(150);
/* harmony import */ var _exit_codes_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(2293);
/* harmony import */ var _failure_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(3930);
/* harmony import */ var _redaction_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(9553);
/** Finds the token that the user names by its ID, or by a name that exactly one active token has. */




/**
 * Looks in the list first: an ID is opaque, so a name may look like one.
 *
 * @throws Failure if there is no such token, or more than one
 */
async function findToken(session, given) {
    refuseValue(given);
    const { access, interruption, situation } = session;
    const list = await interruption.during(() => (0,_api_tokens_js__WEBPACK_IMPORTED_MODULE_0__/* .listTokens */ .dh)(access));
    if (list.kind === 'done') {
        const found = candidates(list.value.tokens, given);
        const [token, ...others] = found;
        if (token && others.length > 0)
            throw new _failure_js__WEBPACK_IMPORTED_MODULE_2__/* .Failure */ .H(_exit_codes_js__WEBPACK_IMPORTED_MODULE_1__/* .EXIT */ .d.rejected, ambiguous(session, given, found));
        if (token)
            return lookUp(session, token.id);
    }
    else if (list.kind !== 'unexpected' || !_api_tokens_js__WEBPACK_IMPORTED_MODULE_0__.ID.test(given))
        throw unlisted(list, situation);
    // A platform may list only some tokens, or have no list.
    if (_api_tokens_js__WEBPACK_IMPORTED_MODULE_0__.ID.test(given)) {
        const details = await interruption.during(() => (0,_api_tokens_js__WEBPACK_IMPORTED_MODULE_0__/* .showToken */ .LP)(access, given));
        if (details.kind === 'done')
            return details.value;
        if (list.kind === 'done' && !(details.kind === 'refused' && details.status === 404))
            throw (0,_failure_js__WEBPACK_IMPORTED_MODULE_2__/* .failureOf */ .g)(details, `The token ${(0,_redaction_js__WEBPACK_IMPORTED_MODULE_3__/* .shown */ .SP)(given)} could not be looked up`, situation);
    }
    if (list.kind !== 'done')
        throw unlisted(list, situation);
    throw new _failure_js__WEBPACK_IMPORTED_MODULE_2__/* .Failure */ .H(_exit_codes_js__WEBPACK_IMPORTED_MODULE_1__/* .EXIT */ .d.rejected, unknown(session, given, list.value.tokens));
}
const unlisted = (list, situation) => (0,_failure_js__WEBPACK_IMPORTED_MODULE_2__/* .failureOf */ .g)(list, 'The tokens could not be listed', situation);
/** @throws Failure if the platform does not show the token of this ID, or shows another one */
async function lookUp({ access, interruption, situation }, id) {
    const details = await interruption.during(() => (0,_api_tokens_js__WEBPACK_IMPORTED_MODULE_0__/* .showToken */ .LP)(access, id));
    if (details.kind === 'done')
        return details.value;
    throw (0,_failure_js__WEBPACK_IMPORTED_MODULE_2__/* .failureOf */ .g)(details, `The token ${id} could not be looked up`, situation);
}
/** The tokens that TOKEN can mean: the one with this ID, and the active ones with this name. */
const candidates = (tokens, given) => distinct(tokens.filter(({ id, name, status }) => id === given || (name === given && status === 'active')));
const distinct = (tokens) => [
    ...new Map(tokens.map(token => [token.id, token])).values(),
];
/** The value of a token is a secret, so it is never an argument. */
function refuseValue(given) {
    if (/^[0-9a-f]{40}$/i.test(given))
        throw new _failure_js__WEBPACK_IMPORTED_MODULE_2__/* .Failure */ .H(_exit_codes_js__WEBPACK_IMPORTED_MODULE_1__/* .EXIT */ .d.usage, 'TOKEN looks like the value of a token. A value is never accepted as TOKEN.\n' +
            'What to do: use the ID or the name of the token, as `list` shows them.');
}
/** The most IDs that a message lists. */
const MOST = 10;
function idsOf(tokens, { access: { secrets } }) {
    const lines = tokens
        .slice(0, MOST)
        .map(({ id, name, status }) => `  ${id} (${(0,_redaction_js__WEBPACK_IMPORTED_MODULE_3__/* .shown */ .SP)(status, secrets)}) ${(0,_redaction_js__WEBPACK_IMPORTED_MODULE_3__/* .shown */ .SP)(name, secrets)}`.trimEnd());
    const rest = tokens.length - lines.length;
    return [...lines, ...(rest > 0 ? [`  and ${rest} more`] : [])].join('\n');
}
function unknown(session, given, tokens) {
    const named = tokens.filter(({ name }) => name === given);
    if (named.length > 0)
        return (`No active token is named ${(0,_redaction_js__WEBPACK_IMPORTED_MODULE_3__/* .shown */ .SP)(given)}. These tokens have that name:\n${idsOf(named, session)}\n` +
            'What to do: use the ID of the token that you mean.');
    const active = tokens.filter(({ status }) => status === 'active');
    const what = `There is no token with the ID or the name ${(0,_redaction_js__WEBPACK_IMPORTED_MODULE_3__/* .shown */ .SP)(given)}.`;
    const known = active.length > 0 ? ` These tokens are active:\n${idsOf(active, session)}` : '';
    return `${what}${known}\nWhat to do: see all tokens, with\n  ${session.lines.list}`;
}
const ambiguous = (session, given, tokens) => `TOKEN is ambiguous: ${(0,_redaction_js__WEBPACK_IMPORTED_MODULE_3__/* .shown */ .SP)(given)} could be any of these:\n${idsOf(tokens, session)}\n` +
    'What to do: use the ID of the token that you mean. After a rotation, the name works again once the old token is revoked.';


/***/ }),

/***/ 6190:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   So: () => (/* binding */ spawnable),
/* harmony export */   VK: () => (/* binding */ canBeStarted),
/* harmony export */   Zv: () => (/* binding */ findCommand),
/* harmony export */   e$: () => (/* binding */ environmentWithout)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__nccwpck_require__.n(node_path__WEBPACK_IMPORTED_MODULE_1__);
/** The command that receives a token. It is found before a token is created, and started without the session. */


/** The extensions that Windows tries for a name without one, in this order. */
const WINDOWS_EXTENSIONS = ['.com', '.exe', '.bat', '.cmd'];
const BATCH = /\.(bat|cmd)$/i;
/**
 * Finds the file of a command on the PATH, unless its name contains a folder. Skips empty and relative parts of the
 * PATH, and finds nothing without a PATH: a file in the current folder must not get a token by accident.
 */
function findCommand([name, ...args], environment = process.env, windows = process.platform === 'win32') {
    const folders = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.basename)(name) === name
        ? (environment.PATH ?? environment.Path ?? '').split(node_path__WEBPACK_IMPORTED_MODULE_1__.delimiter).filter(node_path__WEBPACK_IMPORTED_MODULE_1__.isAbsolute)
        : [''];
    const complete = !windows || WINDOWS_EXTENSIONS.includes((0,node_path__WEBPACK_IMPORTED_MODULE_1__.extname)(name).toLowerCase());
    for (const folder of folders)
        for (const extension of complete ? [''] : WINDOWS_EXTENSIONS) {
            const path = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.resolve)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(folder, name + extension));
            if (isExecutable(path))
                return { path, name, args, batch: windows && BATCH.test(path) };
        }
    return undefined;
}
function isExecutable(path) {
    try {
        (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.accessSync)(path, node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.X_OK);
        return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.statSync)(path).isFile();
    }
    catch {
        return false;
    }
}
/** Characters that cmd.exe interprets in an argument, even in quotes. */
const UNQUOTABLE = /["%!^&|<>\r\n]/;
/** Whether the arguments arrive unchanged. Those of a batch file pass through cmd.exe. */
const canBeStarted = ({ path, args, batch }) => !batch || ![path, ...args].some(word => UNQUOTABLE.test(word));
/** The arguments for `spawn`. A batch file needs cmd.exe, with every word in quotes. */
function spawnable({ path, name, args, batch }, environment = process.env) {
    if (!batch)
        return { file: path, args, options: { argv0: name } };
    const line = [path, ...args].map(word => `"${word}"`).join(' ');
    return {
        file: `${environment.SystemRoot ?? 'C:\\Windows'}\\System32\\cmd.exe`,
        // /d: no AutoRun command. /s: the outer quotes are removed, and nothing else.
        args: ['/d', '/s', '/c', `"${line}"`],
        options: { windowsVerbatimArguments: true },
    };
}
/** The environment for a command, without this process's tokens and without copies of the session. */
const environmentWithout = (session, environment, windows = process.platform === 'win32') => Object.fromEntries(Object.entries(environment).filter(([name, value]) => !SECRETS.includes(windows ? name.toUpperCase() : name) && !String(value).includes(session)));
const SECRETS = ['NOLAPSE_TOKEN', 'NOLAPSE_SESSION_TOKEN'];


/***/ }),

/***/ 7196:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   VB: () => (/* binding */ bring),
/* harmony export */   aZ: () => (/* binding */ PATIENCE),
/* harmony export */   ct: () => (/* binding */ account)
/* harmony export */ });
/* harmony import */ var _api_retry_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(4900);
/* harmony import */ var _api_tokens_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(150);
/* harmony import */ var _api_validate_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(834);
/* harmony import */ var _messages_explain_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(2893);
/* harmony import */ var _messages_message_js__WEBPACK_IMPORTED_MODULE_13__ = __nccwpck_require__(7785);
/* harmony import */ var _messages_progress_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(9327);
/* harmony import */ var _process_clock_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(301);
/* harmony import */ var _process_defect_js__WEBPACK_IMPORTED_MODULE_12__ = __nccwpck_require__(6342);
/* harmony import */ var _process_interruption_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(7680);
/* harmony import */ var _exit_codes_js__WEBPACK_IMPORTED_MODULE_7__ = __nccwpck_require__(2293);
/* harmony import */ var _failure_js__WEBPACK_IMPORTED_MODULE_8__ = __nccwpck_require__(3930);
/* harmony import */ var _print_js__WEBPACK_IMPORTED_MODULE_9__ = __nccwpck_require__(3687);
/* harmony import */ var _session_js__WEBPACK_IMPORTED_MODULE_10__ = __nccwpck_require__(8229);
/* harmony import */ var _ledger_js__WEBPACK_IMPORTED_MODULE_11__ = __nccwpck_require__(3622);
/** The steps that `create` and `rotate` share, and what happens if one of them fails. */














/** How long after a signal the run waits for a call that changes something, in milliseconds. */
const PATIENCE = 3_000;
/** How long revoking the new token may take after a signal, in milliseconds: with the wait before it, under 6 s. */
const TAKE_BACK = 2_300;
/** Creates a token, proves it valid and hands it over. Keeps the ledger true after each step. Returns the token's ID. */
async function bring(session, ledger, plan, recipient) {
    const { access, interruption, situation } = session;
    await interruption.hear();
    ledger.fresh = { is: 'unclear' };
    const made = await interruption.during(async () => {
        const outcome = await plan.make();
        if (outcome.kind === 'done')
            ledger.fresh = { is: 'held', id: outcome.value.id };
        else if (!(0,_api_tokens_js__WEBPACK_IMPORTED_MODULE_1__/* .mayHaveWorked */ .gj)(outcome))
            ledger.fresh = { is: 'not-made' };
        return outcome;
    }, PATIENCE);
    if (made.kind !== 'done')
        throw (0,_failure_js__WEBPACK_IMPORTED_MODULE_8__/* .failureOf */ .g)(made, plan.otherwise, situation);
    const { id, secret } = made.value;
    (0,_session_js__WEBPACK_IMPORTED_MODULE_10__/* .progress */ .qB)(`The platform has created the new token ${id}, named ${ledger.name}.`);
    if (plan.agentType !== '') {
        const set = await interruption.during(() => (0,_api_tokens_js__WEBPACK_IMPORTED_MODULE_1__/* .setAgentType */ .CA)(access, id, plan.agentType));
        if (set.kind !== 'done')
            throw (0,_failure_js__WEBPACK_IMPORTED_MODULE_8__/* .failureOf */ .g)(set, "The new token's agent type could not be set", situation);
    }
    await prove(session, secret, plan.scopes);
    await interruption.hear();
    await recipient.take(session, ledger, id, secret);
    return id;
}
/** Asks the platform until the new token works, because validations can be cached. */
async function prove({ access, interruption, situation }, secret, scopes) {
    let told = false;
    const tell = (retry) => {
        if (!isNotYet(retry.unavailable))
            (0,_session_js__WEBPACK_IMPORTED_MODULE_10__/* .progress */ .qB)((0,_messages_progress_js__WEBPACK_IMPORTED_MODULE_4__/* .retrying */ .R$)(retry, situation.host));
        else if (!told)
            (0,_session_js__WEBPACK_IMPORTED_MODULE_10__/* .progress */ .qB)(`The platform does not accept the new token yet. Validations may be cached: waiting until it does, for up to ${situation.seconds} s.`);
        told ||= isNotYet(retry.unavailable);
    };
    const ask = async (limit) => {
        const finding = await (0,_api_validate_js__WEBPACK_IMPORTED_MODULE_2__/* .askPlatform */ .x)(secret, access.api, limit, access.secrets);
        return finding.kind === 'refused' ? NOT_YET : finding;
    };
    const { finding } = await interruption.during(() => (0,_api_retry_js__WEBPACK_IMPORTED_MODULE_0__/* .askUntilAnswered */ .J_)(ask, access.timeout, access.clock, tell));
    if (isNotYet(finding))
        throw new _failure_js__WEBPACK_IMPORTED_MODULE_8__/* .Failure */ .H(_exit_codes_js__WEBPACK_IMPORTED_MODULE_7__/* .EXIT */ .d.rejected, `The new token could not be proven valid: the platform rejected it for ${situation.seconds} s.\nWhat to do: run again later, with a longer --timeout-seconds.`);
    if (finding.kind !== 'granted')
        throw (0,_failure_js__WEBPACK_IMPORTED_MODULE_8__/* .failureOf */ .g)(finding, 'The new token could not be proven valid', situation);
    const lacking = scopes.filter(scope => !finding.scopes.includes(scope));
    if (lacking.length > 0)
        throw new _failure_js__WEBPACK_IMPORTED_MODULE_8__/* .Failure */ .H(_exit_codes_js__WEBPACK_IMPORTED_MODULE_7__/* .EXIT */ .d.rejected, `The new token could not be proven valid: it lacks ${lacking.join(', ')} of the scopes that you requested.\nWhat to do: request scopes that the platform grants.`);
}
/** The retry loop treats a token that is not accepted yet like a missing answer. No missing answer has status 401. */
const NOT_YET = {
    kind: 'unavailable',
    cause: { kind: 'status', status: 401 },
    retry: true,
    requestId: '',
};
const isNotYet = (finding) => finding.kind === 'unavailable' && finding.cause.kind === 'status' && finding.cause.status === 401;
/**
 * Runs a command that creates a token, and settles what it leaves: revokes a token whose value no one has, names what
 * exists, and returns the exit code.
 */
async function account(session, ledger, onDefect, story) {
    const tell = (ending) => {
        const code = (0,_ledger_js__WEBPACK_IMPORTED_MODULE_11__/* .exitCodeOf */ .F)(ledger, ending);
        const exists = (0,_ledger_js__WEBPACK_IMPORTED_MODULE_11__/* .inventory */ .p)(ledger, session.lines);
        if (ending === 'done')
            (0,_print_js__WEBPACK_IMPORTED_MODULE_9__/* .say */ .cv)(exists);
        else if (ending instanceof _process_interruption_js__WEBPACK_IMPORTED_MODULE_6__/* .Interrupted */ .j)
            (0,_print_js__WEBPACK_IMPORTED_MODULE_9__/* .complain */ .cc)(`nolapse-token: ended by ${ending.signal}`, exists);
        else
            (0,_print_js__WEBPACK_IMPORTED_MODULE_9__/* .complain */ .cc)(_session_js__WEBPACK_IMPORTED_MODULE_10__/* .HEADLINES */ .Ol[code], `${ending.message}\n${exists}`);
        return code;
    };
    onDefect(error => tell(defect(error, session.situation)));
    let ending = 'done';
    try {
        await story();
    }
    catch (error) {
        ending =
            error instanceof _failure_js__WEBPACK_IMPORTED_MODULE_8__/* .Failure */ .H || error instanceof _process_interruption_js__WEBPACK_IMPORTED_MODULE_6__/* .Interrupted */ .j ? error : defect(error, session.situation);
        // A failure after a signal may be caused by the signal.
        ending = session.interruption.reason ?? ending;
    }
    if (ending !== 'done' && ledger.fresh.is === 'held' && !ledger.inPlace)
        ending = await takeBack(session, ledger, ledger.fresh.id, ending);
    return tell(ending);
}
/** Revokes a token whose value no one has. A signal limits the time for that, and then counts as the end of the run. */
async function takeBack({ access, interruption, situation }, ledger, id, ending) {
    (0,_session_js__WEBPACK_IMPORTED_MODULE_10__/* .progress */ .qB)(`Revoking the new token ${id}, because no one has its value.`);
    const timeout = ending instanceof _process_interruption_js__WEBPACK_IMPORTED_MODULE_6__/* .Interrupted */ .j ? TAKE_BACK : access.timeout;
    try {
        const outcome = await interruption.bound(() => (0,_api_tokens_js__WEBPACK_IMPORTED_MODULE_1__/* .revokeToken */ .w$)({ ...access, timeout, clock: _process_clock_js__WEBPACK_IMPORTED_MODULE_5__/* .realClock */ .d }, id), TAKE_BACK);
        if (outcome.kind === 'done')
            ledger.fresh = { is: 'revoked', id };
        else
            (0,_print_js__WEBPACK_IMPORTED_MODULE_9__/* .complain */ .cc)('nolapse-token: not revoked', (0,_failure_js__WEBPACK_IMPORTED_MODULE_8__/* .failureOf */ .g)(outcome, `The new token ${id} could not be revoked`, situation).message);
        return ending;
    }
    catch (error) {
        // Only a signal throws here; a request to the platform does not.
        return error;
    }
}
function defect(error, situation) {
    const verdict = { reason: 'internal-error', defect: (0,_process_defect_js__WEBPACK_IMPORTED_MODULE_12__/* .defectOf */ .L)(error) };
    return new _failure_js__WEBPACK_IMPORTED_MODULE_8__/* .Failure */ .H(_exit_codes_js__WEBPACK_IMPORTED_MODULE_7__/* .EXIT */ .d.failed, (0,_messages_message_js__WEBPACK_IMPORTED_MODULE_13__/* .textOf */ .b6)((0,_messages_explain_js__WEBPACK_IMPORTED_MODULE_3__/* .explain */ .W)(verdict, situation), verdict.reason));
}


/***/ }),

/***/ 3622:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   F: () => (/* binding */ exitCodeOf),
/* harmony export */   p: () => (/* binding */ inventory)
/* harmony export */ });
/* harmony import */ var _process_interruption_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7680);
/* harmony import */ var _exit_codes_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(2293);
/**
 * Records what a run has created on the platform, before and after each step. The last message and the exit code of
 * every run come from here, so every remaining token is named.
 */


/** Whether a failed run leaves a token that the user must check. */
const isLeftover = ({ fresh }) => fresh.is !== 'not-made' && fresh.is !== 'revoked';
function exitCodeOf(ledger, ending) {
    if (ending instanceof _process_interruption_js__WEBPACK_IMPORTED_MODULE_0__/* .Interrupted */ .j)
        return ending.exitCode;
    if (ending === 'done')
        return _exit_codes_js__WEBPACK_IMPORTED_MODULE_1__/* .EXIT */ .d.done;
    return isLeftover(ledger) ? _exit_codes_js__WEBPACK_IMPORTED_MODULE_1__/* .EXIT */ .d.leftover : ending.code;
}
/** The state of each token, with the command line that revokes it. */
const inventory = (ledger, lines) => [aboutFresh(ledger, lines), aboutOld(ledger, lines)].filter(Boolean).join('\n');
function aboutFresh({ name, fresh, inPlace, recipient, old }, lines) {
    switch (fresh.is) {
        case 'not-made':
            return 'No token was created.';
        case 'unclear':
            return inPlace
                ? `It is unclear whether the token has been rotated. Nothing is retried, because that could rotate it twice. Look with\n  ${lines.list}\n` +
                    `If ${old?.id} is rotating, a new token named ${name} is active, and its value is lost. Rotate that one again, with\n  ${lines.rotateInPlace('NEW-ID')}`
                : `It is unclear whether a token named ${name} was created. Nothing is retried, because that could create a second one. Look with\n  ${lines.list}\n` +
                    `If there is one that you do not know, its value is lost. Revoke it, with\n  ${lines.revoke('ITS-ID')}`;
        case 'held':
            return inPlace
                ? `The new token ${fresh.id} exists, and its value is lost: it cannot be recovered. To get a value that works, rotate it again, with\n  ${lines.rotateInPlace(fresh.id)}\nor revoke it, with\n  ${lines.revoke(fresh.id)}`
                : `The new token ${fresh.id} still exists, although no one has its value. Revoke it, with\n  ${lines.revoke(fresh.id)}`;
        case 'astray':
            return `The new token ${fresh.id} is valid. Whether ${recipient} has stored it cannot be known from here. Look there. If it has not, revoke the token, with\n  ${lines.revoke(fresh.id)}`;
        case 'handed-over':
            return `The new token ${fresh.id} is valid and handed to ${recipient}.`;
        case 'revoked':
            return `The new token ${fresh.id} was revoked: nothing is left of it.`;
    }
}
function aboutOld({ fresh, old }, lines) {
    if (!old)
        return '';
    switch (old.is) {
        case 'active':
            if (fresh.is === 'handed-over')
                return `The old token ${old.id} still works, for running jobs and for other places that hold it. Once none of them needs it, revoke it, with\n  ${lines.revoke(old.id)}`;
            if (fresh.is === 'astray')
                return `The old token ${old.id} is unchanged and works. Once the new one is stored, revoke it, with\n  ${lines.revoke(old.id)}`;
            return `The old token ${old.id} is unchanged and works.`;
        case 'rotating':
            return `The old token ${old.id} is rotating: it works until the platform's grace period ends. To end it at once, revoke it, with\n  ${lines.revoke(old.id)}`;
        case 'unclear':
            return `The old token ${old.id} may still work: the platform was asked to end it, and gave no clear answer. To make sure, revoke it, with\n  ${lines.revoke(old.id)}`;
        case 'revoked':
            return `The old token ${old.id} is revoked. While validations are cached, it can work for another minute.`;
    }
}


/***/ }),

/***/ 4380:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";

// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  l: () => (/* binding */ endsInSeparator),
  d: () => (/* binding */ recipientOf)
});

// EXTERNAL MODULE: ./src/api/contract.js
var contract = __nccwpck_require__(9570);
// EXTERNAL MODULE: ./src/process/exit.js
var exit = __nccwpck_require__(3051);
// EXTERNAL MODULE: ./src/cli/exit-codes.js
var exit_codes = __nccwpck_require__(2293);
// EXTERNAL MODULE: ./src/cli/failure.js
var failure = __nccwpck_require__(3930);
// EXTERNAL MODULE: ./src/cli/redaction.js
var redaction = __nccwpck_require__(9553);
// EXTERNAL MODULE: ./src/cli/session.js + 1 modules
var session = __nccwpck_require__(8229);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __nccwpck_require__(3024);
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __nccwpck_require__(8161);
;// CONCATENATED MODULE: ./src/cli/issuing/close-output.js
/** Closes standard output, so that the reader of the value knows at once that it is complete. */


/** The descriptor must not stay free, because the next connection would get it. Windows has no such descriptors. */
function closeOutput(platform = process.platform) {
    if (platform === 'win32')
        return;
    (0,external_node_fs_.closeSync)(process.stdout.fd);
    (0,external_node_fs_.openSync)(external_node_os_.devNull, 'w');
}

// EXTERNAL MODULE: ./src/cli/issuing/command.js
var issuing_command = __nccwpck_require__(6190);
// EXTERNAL MODULE: external "node:child_process"
var external_node_child_process_ = __nccwpck_require__(1421);
// EXTERNAL MODULE: external "node:events"
var external_node_events_ = __nccwpck_require__(8474);
// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __nccwpck_require__(8500);
// EXTERNAL MODULE: ./src/api/secrets.js
var secrets = __nccwpck_require__(3219);
;// CONCATENATED MODULE: ./src/cli/issuing/mask.js
/** Removes a token, and every part that would give it away, from a stream of bytes. */


const MASK = '***';
const PREFIX = 'nlp_';
/**
 * Masks one token in one stream: the whole of it, its body, and each run of 8 characters or more of its body, in any
 * case and in any pieces. Holds back what may be the beginning of such a run, never more than 43 bytes.
 */
class Masker {
    #token;
    #held = '';
    constructor(token) {
        this.#token = token.toLowerCase();
    }
    /** What can be passed on of this piece and of the bytes held back before. */
    push(piece) {
        return this.#mask(piece.toString('latin1'), false);
    }
    /** The bytes held back at the end of the stream. A killed command may have printed most of a token. */
    flush() {
        return this.#mask('', true);
    }
    // Latin-1 has a character for every byte, so only the token changes.
    #mask(more, last) {
        const text = this.#held + more;
        const lower = text.toLowerCase();
        let passed = '';
        let at = 0;
        while (at < text.length) {
            const length = this.#lengthAt(lower, at);
            if (!last && at + length === text.length && length < contract/* TOKEN_LENGTH */.Fj)
                break;
            const reveals = length - this.#prefixIn(lower.slice(at, at + length)) >= secrets/* REVEALING */.op;
            passed += reveals ? MASK : text.charAt(at);
            at += reveals ? length : 1;
        }
        this.#held = text.slice(at);
        return Buffer.from(passed, 'latin1');
    }
    /** The length of the longest part of the token that starts here. */
    #lengthAt(text, at) {
        let length = 0;
        while (at + length < text.length && this.#token.includes(text.slice(at, at + length + 1)))
            length++;
        return length;
    }
    /** The number of characters in a part of the token that belong to the prefix. */
    #prefixIn(part) {
        return Math.max(0, PREFIX.length - this.#token.indexOf(part));
    }
}

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __nccwpck_require__(6760);
;// CONCATENATED MODULE: ./src/cli/issuing/pipe.js
/**
 * A pipe of our own, which holds a value and the end of input before the process that reads it is started.
 *
 * Node gives a child a socket as its input, and writes to it after the start. If this process were killed in between, a
 * secret store would take an empty secret. Linux cannot open a socket as `/dev/stdin` either, and that is how kubectl and
 * aws are told to read their input.
 */





/** The time limit for the shell that makes a pipe, in milliseconds. */
const PATIENCE = 5_000;
const READ = external_node_fs_.constants.O_RDONLY;
const LOOK = external_node_fs_.constants.O_RDONLY | external_node_fs_.constants.O_NONBLOCK;
/** A pipe, made in the first way that works; `undefined` if none does (Windows). */
async function openPipe(ways = [borrowPipe, namePipe]) {
    for (const way of ways) {
        const pipe = await way().catch(() => undefined);
        if (pipe)
            return pipe;
    }
    return undefined;
}
/**
 * Node has no call for a pipe, but a shell makes one for `|`, and Linux lets its owner open it through the process that
 * holds it. Nothing goes through the shell, and it has ended before anything is in the pipe.
 */
async function borrowPipe() {
    const shell = (0,external_node_child_process_.spawn)('/bin/sh', ['-c', ": | { exec 4<&0; /bin/sh -c 'echo $PPID'; read -r _ <&3; }"], { stdio: ['ignore', 'pipe', 'ignore', 'pipe'], env: {} });
    try {
        const [pid] = await (0,external_node_events_.once)(shell.stdout, 'data', { signal: AbortSignal.timeout(PATIENCE) });
        const end = `/proc/${String(pid).trim()}/fd/4`;
        return { read: (0,external_node_fs_.openSync)(end, READ), look: (0,external_node_fs_.openSync)(end, LOOK), write: (0,external_node_fs_.openSync)(end, external_node_fs_.constants.O_WRONLY) };
    }
    finally {
        for (const stream of shell.stdio)
            stream?.destroy();
    }
}
/**
 * A named pipe, which loses its name as soon as its ends are open. Only for systems without /proc: there, `/dev/stdin`
 * is the same descriptor again. Linux would open the pipe anew, and wait for a writer for ever.
 */
async function namePipe() {
    const folder = (0,external_node_fs_.mkdtempSync)((0,external_node_path_.join)((0,external_node_os_.tmpdir)(), 'nolapse-token-'));
    try {
        const path = (0,external_node_path_.join)(folder, 'pipe');
        (0,external_node_child_process_.execFileSync)('mkfifo', ['-m', '600', path], { stdio: 'ignore', timeout: PATIENCE });
        // In this order nothing blocks: a non-blocking reader first, then the writer.
        const look = (0,external_node_fs_.openSync)(path, LOOK);
        const write = (0,external_node_fs_.openSync)(path, external_node_fs_.constants.O_WRONLY | external_node_fs_.constants.O_NONBLOCK);
        return { read: (0,external_node_fs_.openSync)(path, READ), look, write };
    }
    finally {
        (0,external_node_fs_.rmSync)(folder, { recursive: true, force: true });
    }
}

;// CONCATENATED MODULE: ./src/cli/issuing/hand-over.js
/** Hands a token's value to a command on its standard input, and reports how that ended. */








/** A background process may hold a command's output open. Its last output is awaited for this long, in milliseconds. */
const LAST_WORDS = 1_000;
/** How long the output that was held back may take to be written, in milliseconds. */
const FLUSH = 100;
/** How long a command may take to end after a signal that was passed on to it, in milliseconds. */
const LAST_RITES = 2_000;
/** One hand-over. Creates its pipe before there is a value, so that a failure comes before a token is created. */
class HandOver {
    #command;
    #session;
    #pipe;
    #child;
    #ended;
    constructor(command, session, pipe) {
        this.#command = command;
        this.#session = session;
        this.#pipe = pipe;
    }
    /** @param session the session, which must not be in the command's environment */
    static async prepare(command, session, open = openPipe) {
        return new HandOver(command, session, await open());
    }
    /** Starts the command with the value, and the end of input, on its standard input, and masks its output. Once only. */
    give(value, output, errors) {
        this.#ended = this.#give(value, output, errors);
        return this.#ended;
    }
    async #give(value, output, errors) {
        const pipe = this.#pipe;
        if (pipe) {
            (0,external_node_fs_.writeSync)(pipe.write, value);
            (0,external_node_fs_.closeSync)(pipe.write);
        }
        try {
            const { file, args, options } = (0,issuing_command/* spawnable */.So)(this.#command);
            const child = (0,external_node_child_process_.spawn)(file, args, {
                ...options,
                env: (0,issuing_command/* environmentWithout */.e$)(this.#session, process.env),
                stdio: [pipe?.read ?? 'pipe', 'pipe', 'pipe'],
                windowsHide: true,
            });
            // Without a pipe of our own, a command may close its input before the value is in it.
            child.stdin?.on('error', /* istanbul ignore next -- a race with the command */ () => undefined);
            child.stdin?.end(value);
            const exit = new Promise(resolve => child.once('exit', (code, signal) => resolve([code, signal])));
            await (0,external_node_events_.once)(child, 'spawn');
            this.#child = child;
            // It runs from here on, so an error means that a signal could not be sent.
            child.on('error', /* istanbul ignore next -- a race with its end */ () => undefined);
            return await follow(child, exit, value, output, errors, pipe);
        }
        catch (error) {
            // `spawn` throws if the argument list is too long. Other errors are events.
            return { kind: 'not-started', code: String(error.code) };
        }
        finally {
            if (pipe)
                for (const end of [pipe.read, pipe.look])
                    (0,external_node_fs_.closeSync)(end);
        }
    }
    /** Passes a signal on to the command, and kills the command if it does not end. */
    async stop(signal) {
        this.#child?.kill(signal);
        const deaf = (0,promises_.setTimeout)(LAST_RITES, true, { ref: false });
        if (await Promise.race([this.#ended?.then(() => false), deaf]))
            this.#child?.kill('SIGKILL');
    }
}
async function follow(child, exit, value, output, errors, pipe) {
    const streams = [child.stdout, child.stderr];
    const passed = Promise.all([pass(streams[0], output, value), pass(streams[1], errors, value)]);
    const [code, signal] = await exit;
    await Promise.race([passed, (0,promises_.setTimeout)(LAST_WORDS, undefined, { ref: false })]);
    const left = pipe ? takeBack(pipe) : 0;
    for (const stream of streams)
        stream.destroy();
    // Write what the mask held back, unless nothing reads our own output.
    await Promise.race([passed, (0,promises_.setTimeout)(FLUSH, undefined, { ref: false })]);
    if (signal !== null)
        return { kind: 'killed', signal, left };
    if (code !== 0)
        return { kind: 'failed', code: code, left };
    return left > 0 ? { kind: 'unread', left } : { kind: 'taken' };
}
/** Drains from the pipe what the command has not read. */
function takeBack({ look }) {
    try {
        return (0,external_node_fs_.readSync)(look, Buffer.alloc(contract/* TOKEN_LENGTH */.Fj));
    }
    catch {
        // EAGAIN: it is empty, and a process that the command left behind holds its other end.
        return 0;
    }
}
/** Passes a stream on, masked. If the sink stops accepting data, the command continues. */
async function pass(from, to, value) {
    const masker = new Masker(value);
    const write = (piece) => new Promise(resolve => to.write(piece, resolve));
    try {
        for await (const piece of from)
            await write(masker.push(piece));
    }
    catch {
        // Cut off by us, after the command has ended.
    }
    await write(masker.flush());
}

;// CONCATENATED MODULE: ./src/cli/issuing/recipient.js









/** How long after a signal the run waits for a command, in milliseconds: 2 s to end, and its last output. */
const LAST_WAIT = 3_200;
/** Whether `--` is last. The command is missing then, most likely because of an unset variable. */
const endsInSeparator = (command) => command.parent.rawArgs.at(-1) === '--';
/**
 * Checks the user's choice before any request to the platform.
 *
 * @param words the command and its arguments
 * @param separated whether nothing follows `--`
 * @returns makes the recipient ready
 * @throws Failure if that is not possible
 */
function recipientOf(words, separated, { print = false }) {
    const [name, ...args] = words;
    if (name === undefined) {
        if (separated)
            throw wrong('There is no COMMAND after `--`.', 'name one, or leave `--` out to print the value.');
        if (process.env.CI && !print)
            throw wrong("Without a COMMAND the value is printed, and a CI job's log keeps what it prints (CI is set).", 'name a COMMAND that stores the value, or add --print if standard output goes to no log.');
        return async () => standardOutput;
    }
    if (print)
        throw wrong('--print does not go with a COMMAND.', 'leave one of the two out.');
    const command = (0,issuing_command/* findCommand */.Zv)([name, ...args]);
    if (!command)
        throw wrong(`The command ${(0,redaction/* shown */.SP)(name)} cannot be found, or is not executable. Nothing was created.`, 'install it, correct its name, or put the absolute path of its folder on the PATH. It is started without a shell, and is never looked for in the current folder.');
    if (!(0,issuing_command/* canBeStarted */.VK)(command))
        throw wrong(`The command ${(0,redaction/* shown */.SP)(name)} is a batch file, and one of its arguments has a character that Windows would change on the way to it. Nothing was created.`, 'leave out " % ! ^ & | < > and line breaks, or name a COMMAND that is a program.');
    return async ({ access }) => commandRecipient(`\`${(0,redaction/* shown */.SP)(name)}\``, await HandOver.prepare(command, access.session));
}
const wrong = (what, remedy) => new failure/* Failure */.H(exit_codes/* EXIT */.d.usage, `${what}\nWhat to do: ${remedy}`);
const standardOutput = {
    name: 'standard output',
    async take({ interruption }, ledger, id, value) {
        ledger.fresh = { is: 'astray', id };
        try {
            await interruption.during(() => new Promise((resolve, reject) => process.stdout.write(`${value}\n`, error => (error ? reject(error) : resolve()))), 1_000);
        }
        catch (error) {
            if (!(error instanceof Error && 'code' in error))
                throw error;
            ledger.fresh = { is: 'held', id };
            throw new failure/* Failure */.H(exit_codes/* EXIT */.d.failed, `The value could not be written to standard output (${error.code}).\nWhat to do: run again, with a COMMAND that takes the value.`);
        }
        ledger.fresh = { is: 'handed-over', id };
        closeOutput();
    },
};
const commandRecipient = (name, handOver) => ({
    name,
    async take({ interruption }, ledger, id, value) {
        (0,session/* progress */.qB)(`Handing the new token to ${name}.`);
        // Its output is not our result, so it does not matter whether it is read.
        (0,exit/* ignoreBrokenOutput */.Dc)();
        ledger.fresh = { is: 'astray', id };
        const ended = await interruption.during(() => handOver.give(value, process.stdout, process.stderr), LAST_WAIT, signal => handOver.stop(signal));
        if (ended.kind === 'taken')
            ledger.fresh = { is: 'handed-over', id };
        else if (isWithUs(ended))
            ledger.fresh = { is: 'held', id };
        interruption.check();
        if (ended.kind !== 'taken')
            throw failed(name, ended);
        (0,session/* progress */.qB)(`${name} has taken it.`);
    },
});
/** Whether the value certainly exists only in this process. */
const isWithUs = (ended) => ended.kind === 'not-started' || ended.left === contract/* TOKEN_LENGTH */.Fj;
function failed(name, ended) {
    // If nothing is left behind, a failed command is a failure like any other.
    const code = isWithUs(ended) ? exit_codes/* EXIT */.d.failed : exit_codes/* EXIT */.d.leftover;
    const untouched = isWithUs(ended)
        ? ' It has read nothing of its standard input, so it has stored nothing.'
        : '';
    switch (ended.kind) {
        case 'not-started':
            return wrong(`${name} could not be started (${ended.code}).`, 'make sure that it runs on this machine.');
        case 'failed':
            return new failure/* Failure */.H(code, `${name} failed with exit code ${ended.code}.${untouched}`);
        case 'killed':
            return new failure/* Failure */.H(code, `${name} was ended by ${ended.signal}.${untouched}`);
        case 'unread':
            return new failure/* Failure */.H(code, `${name} exited with 0, but did not read ${ended.left} of the 44 bytes on its standard input.\n` +
                'What to do: have it read the value from its standard input. Some commands need an option for that.');
    }
}


/***/ }),

/***/ 4104:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Q: () => (/* binding */ namesakesOf)
/* harmony export */ });
/* harmony import */ var _api_tokens_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(150);
/** Other active tokens with the name of a new one: its name is ambiguous while they exist. */

/** How long one look at the list may take, in milliseconds. It is a courtesy: everything is done by then. */
const GLANCE = 5_000;
/** @param known the IDs of the tokens that the user knows of */
async function namesakesOf({ access, interruption }, name, known) {
    const list = await interruption.during(() => (0,_api_tokens_js__WEBPACK_IMPORTED_MODULE_0__/* .listTokens */ .dh)({ ...access, timeout: Math.min(GLANCE, access.timeout) }));
    if (list.kind !== 'done')
        return [];
    return list.value.tokens
        .filter(token => token.status === 'active' && token.name === name && !known.includes(token.id))
        .map(({ id }) => id);
}


/***/ }),

/***/ 5729:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";

// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  W6: () => (/* binding */ optionNames),
  f5: () => (/* binding */ settingsOf),
  mE: () => (/* binding */ withPlatformOptions)
});

// EXTERNAL MODULE: ./src/gate/environment.js
var environment = __nccwpck_require__(9284);
;// CONCATENATED MODULE: ./src/gate/runtime.js
/** What package.json's `engines` says. */
const OLDEST = 20;
/**
 * Forgejo's and Gitea's runners start an action with the first `node` on the PATH, of any version. This check must
 * run before any code that needs more than Node 16.
 */
function oldNode(version = process.versions.node) {
    if (Number.parseInt(version, 10) >= OLDEST)
        return [];
    return [
        {
            subject: 'Node.js',
            says: `${version} is too old: Node.js ${OLDEST} or later is needed. ` +
                'Put a newer `node` first on the PATH, or use a container image that has one.',
        },
    ];
}

// EXTERNAL MODULE: ./src/gate/settings.js
var settings = __nccwpck_require__(6724);
;// CONCATENATED MODULE: ./src/cli/options.js



/** Adds the options that every command takes. */
const withPlatformOptions = (command) => command
    .option('--api-url <url>', `base URL of the platform (default: NOLAPSE_API_URL, else ${settings/* DEFAULTS */.zY['api-url']})`)
    .option('--timeout-seconds <seconds>', `deadline of the validation, or of one call, including every attempt and every wait: 1 to 600 (default: ${settings/* DEFAULTS */.zY['timeout-seconds']})`)
    .option('--allow-insecure-http', 'allow http:// to a platform that is not on this machine; secrets then travel unencrypted');
/** The options and the environment as settings, or everything that is wrong with them. */
function settingsOf(options, old = oldNode()) {
    const raw = {
        'api-url': options.apiUrl || process.env.NOLAPSE_API_URL || '',
        'required-scopes': options.requiredScopes ?? '',
        'expected-org-id': options.expectedOrgId ?? '',
        tolerate: options.tolerate ?? '',
        'timeout-seconds': options.timeoutSeconds ?? '',
        'allow-insecure-http': String(options.allowInsecureHttp ?? ''),
    };
    return old.length > 0 ? old : (0,environment/* checkEnvironment */.Q)((0,settings/* readSettings */.sb)(raw));
}
/** Names a setting the way the user writes it. A bad URL is named by the variable that it came from. */
function optionNames({ apiUrl }) {
    const forApiUrl = !apiUrl && process.env.NOLAPSE_API_URL ? 'NOLAPSE_API_URL' : '--api-url';
    return name => (name === 'api-url' ? forApiUrl : name in settings/* DEFAULTS */.zY ? `--${name}` : name);
}


/***/ }),

/***/ 9326:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   HT: () => (/* binding */ isStandardOutput),
/* harmony export */   Hm: () => (/* binding */ removeEarlier),
/* harmony export */   c1: () => (/* binding */ openOutput),
/* harmony export */   vS: () => (/* binding */ UnwritableOutput)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(3024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__nccwpck_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2___default = /*#__PURE__*/__nccwpck_require__.n(node_path__WEBPACK_IMPORTED_MODULE_2__);
/* harmony import */ var _arguments_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(8940);
/** A file instead of standard output: proven writable before anything is sent, and written as a whole or not at all. */




/** Why a file cannot be written, without its name: that could be a secret in the wrong place. */
class UnwritableOutput extends Error {
}
/** How often to look for a reader, in milliseconds. */
const LOOK = 20;
/** Whether the file is standard output, under one of its names. */
const isStandardOutput = (path) => path === '-' || descriptorOf(path) === 1;
/**
 * Removes what an earlier run left at `--output`, before anything can fail: no one must read an old verdict as this
 * run's. It works on the bare arguments, because the parser can reject them.
 *
 * @param rm removes a file; passed in because root may remove any
 * @returns the permissions of what was removed, by path
 */
function removeEarlier(args, rm = node_fs__WEBPACK_IMPORTED_MODULE_1__.rmSync) {
    const removed = new Map();
    const own = (0,_arguments_js__WEBPACK_IMPORTED_MODULE_3__/* .ownOf */ ._t)(args);
    for (const [index, arg] of own.entries()) {
        const path = arg.startsWith('--output=') ? arg.slice('--output='.length) : own[index + 1];
        if (!/^--output(=|$)/.test(arg) || !path || descriptorOf(path) !== undefined)
            continue;
        try {
            const earlier = (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.statSync)(path);
            if (!earlier.isFile())
                continue;
            removed.set(path, earlier.mode);
            remove((0,node_fs__WEBPACK_IMPORTED_MODULE_1__.realpathSync)(path), rm);
        }
        catch {
            // There is none, or openOutput says why it cannot be written.
        }
    }
    return removed;
}
/** If the folder does not allow removal, the file may still be emptied. */
function remove(path, rm) {
    try {
        rm(path);
    }
    catch {
        (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.truncateSync)(path);
    }
}
/**
 * Makes sure that `path` can be written.
 *
 * @param mode the permissions of the file that was there, if there was one
 * @returns writes the document: a file appears as a whole, by a rename
 * @throws UnwritableOutput here, and if the document cannot be written
 */
async function openOutput(path, mode, patience) {
    return guarded(async () => {
        const file = descriptorOf(path);
        if (file !== undefined && (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.fstatSync)(file).isFile())
            return toOpenFile(file);
        const there = (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.statSync)(path, { throwIfNoEntry: false });
        if (!there || there.isFile())
            return toFile(path, mode ?? there?.mode);
        if (there.isDirectory())
            throw Object.assign(new Error(), { code: 'EISDIR' });
        return toOpenFile(await openOnce(path, there.isFIFO() && file === undefined, patience));
    });
}
/** The file descriptor that a path stands for. */
function descriptorOf(path) {
    const [, name = ''] = /^\/(?:dev|proc\/self)\/(std(?:in|out|err)|fd\/\d+)$/.exec((0,node_path__WEBPACK_IMPORTED_MODULE_2__.resolve)(path)) ?? [];
    if (name === '')
        return undefined;
    return name.startsWith('fd/') ? Number(name.slice(3)) : ['stdin', 'stdout', 'stderr'].indexOf(name);
}
function toFile(path, mode) {
    const target = targetOf(path);
    const temporary = (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)((0,node_path__WEBPACK_IMPORTED_MODULE_2__.dirname)(target), `.nolapse-${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomUUID)()}.tmp`);
    const create = (content) => (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.writeFileSync)(temporary, content, { flag: 'wx' });
    // Writes something now, because only that reveals a full disk.
    cleaned(temporary, () => create('\n'));
    (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.rmSync)(target, { force: true });
    return document => guarded(async () => cleaned(temporary, () => {
        create(document);
        if (mode !== undefined)
            (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.chmodSync)(temporary, mode);
        (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.renameSync)(temporary, target);
    }));
}
/** Follows links, as a shell's redirection does, even to a file that does not exist yet. A cycle of links was found before. */
function targetOf(path) {
    if (!(0,node_fs__WEBPACK_IMPORTED_MODULE_1__.lstatSync)(path, { throwIfNoEntry: false })?.isSymbolicLink())
        return path;
    return targetOf((0,node_path__WEBPACK_IMPORTED_MODULE_2__.resolve)((0,node_path__WEBPACK_IMPORTED_MODULE_2__.dirname)(path), (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.readlinkSync)(path)));
}
/** Opens a device or a pipe without blocking the process. A named pipe may still have to wait for its reader. */
async function openOnce(path, waits, { clock, deadline }) {
    // Windows has no O_NONBLOCK and no O_NOCTTY, which leaves their bits out.
    const { O_WRONLY, O_APPEND, O_NONBLOCK, O_NOCTTY } = node_fs__WEBPACK_IMPORTED_MODULE_1__.constants;
    for (;;) {
        try {
            return (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.openSync)(path, O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY);
        }
        catch (error) {
            if (!waits || codeOf(error) !== 'ENXIO' || clock.now() >= deadline)
                throw error;
        }
        await clock.sleep(LOOK);
    }
}
const toOpenFile = (file) => (document, { clock, deadline }) => guarded(async () => {
    const bytes = Buffer.from(document);
    for (let sent = 0; sent < bytes.length;) {
        try {
            sent += (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.writeSync)(file, bytes, sent);
            continue;
        }
        catch (error) {
            // The pipe is full.
            if (codeOf(error) !== 'EAGAIN' || clock.now() >= deadline)
                throw error;
        }
        await clock.sleep(LOOK);
    }
    (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.closeSync)(file);
});
function cleaned(temporary, action) {
    try {
        action();
    }
    finally {
        (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.rmSync)(temporary, { force: true });
    }
}
const codeOf = (error) => error.code;
async function guarded(action) {
    try {
        return await action();
    }
    catch (error) {
        if (!codeOf(error))
            throw error;
        throw new UnwritableOutput(codeOf(error));
    }
}


/***/ }),

/***/ 3687:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   R8: () => (/* binding */ warn),
/* harmony export */   cc: () => (/* binding */ complain),
/* harmony export */   cv: () => (/* binding */ say),
/* harmony export */   nI: () => (/* binding */ paint),
/* harmony export */   yy: () => (/* binding */ print)
/* harmony export */ });
/** The two streams of a command: results on standard output, everything for people on standard error. */
/** Own codes, since `styleText` came to Node 20 only in 20.12. */
const CODES = {
    red: [31, 39],
    yellow: [33, 39],
    dim: [2, 22],
};
/** Colours a text where it goes to a terminal that shows colours, and nowhere else (https://no-color.org). */
function paint(text, colour, stream) {
    if (process.env.NO_COLOR || !stream.isTTY || !stream.hasColors())
        return text;
    const [on, off] = CODES[colour];
    return `\u001b[${on}m${text}\u001b[${off}m`;
}
/** A line, or several, of the command's result. */
const print = (text) => {
    process.stdout.write(`${text}\n`);
};
/** A line, or several, for people. */
const say = (text) => {
    process.stderr.write(`${text}\n`);
};
/** What stops a command: a headline, then what is wrong and what to do. */
const complain = (headline, text) => say(`${paint(headline, 'red', process.stderr)}\n${text}`);
/** What does not stop it. */
const warn = (headline, text) => say(`${paint(headline, 'yellow', process.stderr)}\n${text}`);


/***/ }),

/***/ 9553:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   SP: () => (/* binding */ shown),
/* harmony export */   o_: () => (/* binding */ jsonOf)
/* harmony export */ });
/* unused harmony export WITHHELD */
/* harmony import */ var _api_secrets_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3219);
/* harmony import */ var _messages_neutralise_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(3230);
/** Texts from the platform, made safe before they are shown: anyone in the organisation may have chosen them. */


/** What is shown instead of a text that repeats a secret. */
const WITHHELD = '(withheld: it repeats a secret)';
const NONE = new _api_secrets_js__WEBPACK_IMPORTED_MODULE_0__/* .Secrets */ .Sb();
/** For people: one line without control characters, direction marks, secrets or token-shaped text, whole or cut. */
const shown = (text, secrets = NONE) => secrets.areIn(text) ? WITHHELD : (0,_api_secrets_js__WEBPACK_IMPORTED_MODULE_0__/* .redact */ .E$)((0,_messages_neutralise_js__WEBPACK_IMPORTED_MODULE_1__/* .neutralise */ .$)((0,_api_secrets_js__WEBPACK_IMPORTED_MODULE_0__/* .redact */ .E$)(text)));
/** For machines: JSON. Every character that could act on a terminal, or start a runner's command, is escaped. */
function jsonOf(value, secrets = NONE) {
    const safe = (key, part) => {
        // An ID may be part of a token. It was checked on arrival.
        if (typeof part !== 'string' || key === 'id')
            return part;
        return secrets.areIn(part) ? WITHHELD : (0,_api_secrets_js__WEBPACK_IMPORTED_MODULE_0__/* .redact */ .E$)(part);
    };
    return JSON.stringify(value, safe, 2).replace(/[^\n\x20-\x7e]|(?<=:):|(?<=#)#/g, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}


/***/ }),

/***/ 8229:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";

// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  Ol: () => (/* binding */ HEADLINES),
  Cp: () => (/* binding */ inSession),
  qB: () => (/* binding */ session_progress)
});

// EXTERNAL MODULE: ./src/api/secrets.js
var secrets = __nccwpck_require__(3219);
// EXTERNAL MODULE: ./src/gate/environment.js
var environment = __nccwpck_require__(9284);
// EXTERNAL MODULE: ./src/gate/token.js
var token = __nccwpck_require__(4388);
// EXTERNAL MODULE: ./src/messages/explain.js + 12 modules
var explain = __nccwpck_require__(2893);
// EXTERNAL MODULE: ./src/messages/message.js
var message = __nccwpck_require__(7785);
// EXTERNAL MODULE: ./src/messages/progress.js
var progress = __nccwpck_require__(9327);
// EXTERNAL MODULE: ./src/process/interruption.js
var process_interruption = __nccwpck_require__(7680);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __nccwpck_require__(6760);
// EXTERNAL MODULE: ./src/gate/settings.js
var settings = __nccwpck_require__(6724);
// EXTERNAL MODULE: ./src/process/version.js
var version = __nccwpck_require__(6303);
;// CONCATENATED MODULE: ./src/cli/command-lines.js
/** Command lines to copy: they use the same platform as this run, and start the program as this run was started. */



function linesFor(options, { api }) {
    const program = programOf(process.argv[1] ?? '');
    const rest = [
        ...(api.href === new URL(settings/* DEFAULTS */.zY['api-url']).href
            ? []
            : ['--api-url', quoted(api.href.replace(/\/$/, ''))]),
        ...(options.allowInsecureHttp ? ['--allow-insecure-http'] : []),
    ];
    const line = (...words) => [program, ...words, ...rest].join(' ');
    return {
        list: line('list'),
        revoke: id => line('revoke', id, '--yes'),
        rotateInPlace: id => `${line('rotate', id, '--in-place')} -- COMMAND`,
    };
}
/** @param script the file that Node runs: a link called nolapse-token if the program is installed */
function programOf(script) {
    const installed = /[\\/]node_modules[\\/]/.test(script);
    // npx and `npm run` put the program's folder on the PATH only for their own run.
    if (installed && process.env.npm_command)
        return `npx --yes @nolapse/token-action@${version/* VERSION */.x}`;
    const near = (0,external_node_path_.relative)(process.cwd(), script);
    const path = quotedPath(near.startsWith('..') || (0,external_node_path_.isAbsolute)(near) ? script : near);
    if (/\.[cm]?js$/.test(script))
        return `${quotedPath(process.argv0)} ${path}`;
    return installed ? path : 'nolapse-token';
}
/** For any shell: a URL can hold no quotes except the single one, and that can be percent-encoded. */
const quoted = (url) => (/^[\w.:/~%@-]*$/.test(url) ? url : `'${url.replaceAll("'", '%27')}'`);
/** For the shells of this system. */
const quotedPath = (path, windows = process.platform === 'win32') => {
    if (/^[\w.:/@+-]+$/.test(path))
        return path;
    /* istanbul ignore next -- the tests run on one system */
    return windows ? `"${path}"` : `'${path.replaceAll("'", "'\\''")}'`;
};

// EXTERNAL MODULE: ./src/cli/exit-codes.js
var exit_codes = __nccwpck_require__(2293);
// EXTERNAL MODULE: ./src/cli/failure.js
var failure = __nccwpck_require__(3930);
// EXTERNAL MODULE: ./src/cli/options.js + 1 modules
var cli_options = __nccwpck_require__(5729);
// EXTERNAL MODULE: ./src/cli/print.js
var print = __nccwpck_require__(3687);
;// CONCATENATED MODULE: ./src/cli/session.js
/** What the commands on `/v1/tokens` share: a session with the platform, and how failures are reported. */












/** Runs a command in the session that the environment holds, and returns its exit code. */
async function inSession(options, command) {
    const settings = (0,cli_options/* settingsOf */.f5)(options);
    const situation = (0,message/* situationOf */._7)(settings, (0,cli_options/* optionNames */.W6)(options));
    if (Array.isArray(settings)) {
        const verdict = { reason: 'misconfigured', problems: settings };
        (0,print/* complain */.cc)('nolapse-token: misconfigured', (0,message/* textOf */.b6)((0,explain/* explain */.W)(verdict, situation), verdict.reason));
        return exit_codes/* EXIT */.d.usage;
    }
    const interruption = new process_interruption/* Interruption */._();
    try {
        const access = {
            api: settings.api,
            session: sessionToken(process.env.NOLAPSE_SESSION_TOKEN ?? ''),
            secrets: (0,environment/* secretsOf */.F)(process.env),
            timeout: settings.timeout,
            clock: interruption.clock,
            onRetry: retry => session_progress((0,progress/* retrying */.R$)(retry, situation.host)),
        };
        return await command({ access, situation, lines: linesFor(options, settings), interruption });
    }
    catch (error) {
        if (error instanceof failure/* Failure */.H) {
            (0,print/* complain */.cc)(HEADLINES[error.code], error.message);
            return error.code;
        }
        throw error;
    }
    finally {
        interruption.stopListening();
    }
}
/** Tells the user what the run is doing, and why it takes a while. */
const session_progress = (text) => (0,print/* say */.cv)((0,print/* paint */.nI)(text, 'dim', process.stderr));
const HEADLINES = {
    [exit_codes/* EXIT */.d.rejected]: 'nolapse-token: rejected',
    [exit_codes/* EXIT */.d.usage]: 'nolapse-token: wrong usage',
    [exit_codes/* EXIT */.d.failed]: 'nolapse-token: failed',
    [exit_codes/* EXIT */.d.leftover]: 'nolapse-token: something is left',
};
const REMEDY = 'What to do: sign in to nolapse and set NOLAPSE_SESSION_TOKEN to the session. ' +
    'Neither a nolapse token nor the SERVICE_TOKEN of a self-hosted platform is a session.';
/** What a session cannot be, by the flaw that a token would have. The platform would only call it expired. */
const FLAWS = {
    masked: 'holds asterisks: what a log shows instead of a secret',
    quotes: 'has quotes around its value',
    expression: 'holds a workflow expression that was not evaluated',
};
/** @throws Failure if the value cannot be a session */
function sessionToken(value) {
    const examined = (0,token/* examine */.s)(value);
    if (examined.form === 'absent' && examined.absence !== 'unexpanded')
        throw new failure/* Failure */.H(exit_codes/* EXIT */.d.usage, `There is no session: NOLAPSE_SESSION_TOKEN is not set, or empty.\n${REMEDY}`);
    const flaw = flawOf(value, examined);
    if (flaw)
        throw new failure/* Failure */.H(exit_codes/* EXIT */.d.usage, `NOLAPSE_SESSION_TOKEN is not a session: it ${flaw}.\n${REMEDY}`);
    return value;
}
function flawOf(value, examined) {
    if (examined.form === 'absent')
        return 'holds the name of a variable that was not expanded, like $NAME';
    if ((0,secrets/* isTokenLike */.Hx)(value))
        return 'holds a nolapse token';
    if (examined.form === 'malformed' && FLAWS[examined.flaw])
        return FLAWS[examined.flaw];
    // An HTTP header cannot carry more.
    if (!/^[\x21-\x7e]+$/.test(value))
        return 'has white space, a line break or non-ASCII characters';
    if (value.length < secrets/* REVEALING */.op)
        return `has fewer than ${secrets/* REVEALING */.op} characters`;
    return undefined;
}


/***/ }),

/***/ 697:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   i: () => (/* binding */ reportUnwritable)
/* harmony export */ });
/* harmony import */ var _output_file_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(9326);
/* harmony import */ var _print_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(3687);


/**
 * @param consequence what that means for this run, as a sentence
 * @returns the exit code
 * @throws the error, if it is not about the output
 */
function reportUnwritable(error, consequence, code) {
    if (!(error instanceof _output_file_js__WEBPACK_IMPORTED_MODULE_0__/* .UnwritableOutput */ .vS))
        throw error;
    (0,_print_js__WEBPACK_IMPORTED_MODULE_1__/* .complain */ .cc)('nolapse-token: the output is not writable', `The file given with --output cannot be written (${error.message}). ${consequence}\n` +
        'What to do: choose a file in a folder that exists and is writable, on a disk that is not full. ' +
        'A named pipe (ENXIO) needs a reader.');
    return code;
}


/***/ }),

/***/ 9284:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   F: () => (/* binding */ secretsOf),
/* harmony export */   Q: () => (/* binding */ checkEnvironment)
/* harmony export */ });
/* harmony import */ var _api_proxy_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(5010);
/* harmony import */ var _api_secrets_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(3219);
/* harmony import */ var _token_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(4388);
/** What the process's environment means for a run: what makes a safe request impossible, and what must not be shown. */



/** Adds the problems of the environment to those of the settings, if there are any. */
function checkEnvironment(settings) {
    const problems = Array.isArray(settings) ? [...settings] : [];
    // A guard against accidents: with this setting, anyone on the way could get the token.
    if (process.env.NODE_TLS_REJECT_UNAUTHORIZED === '0')
        problems.push({
            subject: 'NODE_TLS_REJECT_UNAUTHORIZED',
            says: 'is 0, which would send the token to anyone who answers. Remove it from the environment. ' +
                'For a private authority, set NODE_EXTRA_CA_CERTS to the file with its certificate.',
        });
    const proxy = Array.isArray(settings) ? undefined : (0,_api_proxy_js__WEBPACK_IMPORTED_MODULE_0__/* .proxyFor */ .iJ)(settings.api);
    if (proxy && 'flaw' in proxy)
        problems.push({ subject: proxy.variable, says: `${FLAWS[proxy.flaw]} ${EXAMPLE}` });
    return problems.length > 0 ? problems : settings;
}
/** The secrets that the environment holds. The name of a variable that was not expanded is not one. */
function secretsOf({ NOLAPSE_TOKEN: token = '', NOLAPSE_SESSION_TOKEN: session = '', }) {
    const secrets = new _api_secrets_js__WEBPACK_IMPORTED_MODULE_1__/* .Secrets */ .Sb();
    if ((0,_token_js__WEBPACK_IMPORTED_MODULE_2__/* .examine */ .s)(token).form !== 'absent')
        secrets.addToken(token);
    if ((0,_token_js__WEBPACK_IMPORTED_MODULE_2__/* .examine */ .s)(session).form !== 'absent')
        secrets.addSession(session);
    return secrets;
}
const EXAMPLE = 'A proxy URL looks like http://user:password@proxy.example.com:3128.';
/** The value is not quoted: there can be a password in it. */
const FLAWS = {
    word: 'is a word, not the URL of a proxy. To use no proxy, unset it, or add the host to no_proxy.',
    scheme: 'names a proxy that is not supported: only http:// and https:// are.',
    quotes: 'has quotes around the proxy URL. Remove them: they become a part of the value.',
    backslash: 'has a backslash in the proxy URL, where it would count as a slash. Write DOMAIN\\user as DOMAIN%5Cuser.',
    encoding: 'has a user name or password with a special character. Percent-encode it: % is %25, @ is %40, / is %2F, # is %23, ? is %3F.',
    url: 'is not a URL with a host name and, if there is one, a port number.',
};


/***/ }),

/***/ 6724:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   sb: () => (/* binding */ readSettings),
/* harmony export */   zY: () => (/* binding */ DEFAULTS)
/* harmony export */ });
/* unused harmony export isSamePlatform */
/* harmony import */ var _api_contract_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(9570);
/* harmony import */ var _api_loopback_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(8589);
/* harmony import */ var _api_secrets_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3219);
/** What a run must do: settings as text, from an action's inputs or a command line, checked and typed. */



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
/** Reads every setting, so that one run reports every problem. */
function readSettings(raw) {
    const problems = [];
    function read(name, parse, fallback) {
        const value = raw[name]?.trim() || DEFAULTS[name];
        try {
            if ((0,_api_secrets_js__WEBPACK_IMPORTED_MODULE_0__/* .isTokenLike */ .Hx)(value))
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
        return unusable('has a query or a fragment (? or #). Write the base URL only.');
    url.pathname = withoutSlashes(url.pathname);
    if (/\/v1(\/auth(\/validate)?)?$/.test(url.pathname))
        return unusable("ends in the API's own path. Remove /v1 and what follows it: the gate adds that itself.");
    if (url.protocol === 'http:' && !insecure && !(0,_api_loopback_js__WEBPACK_IMPORTED_MODULE_1__/* .isLoopback */ .U)(url.hostname))
        return unusable('is plain http:// to a host that is not this machine, which would send the token unencrypted. ' +
            'Use https://, or, if you trust the network, set {allow-insecure-http}.');
    return url;
}
/** Whether two base URLs name the same platform; `undefined` if the first one names none. */
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
/** Not by `/\/+$/`: on a path of 125,000 slashes and a letter, that takes 10 s. */
function withoutSlashes(path) {
    let end = path.length;
    while (path[end - 1] === '/')
        end--;
    return path.slice(0, end);
}
function parseScopes(value) {
    const scopes = listOf(value);
    if (scopes.length === 1 && scopes[0] === 'none')
        return [];
    // Scopes are told where they are lacking, and this has the form of a token's body.
    if (scopes.some(scope => scope.length === 40 && /^[0-9a-f]+$/i.test(scope)))
        return refuseToken();
    if (scopes.length === 0 || scopes.includes('none') || !scopes.every(scope => _api_contract_js__WEBPACK_IMPORTED_MODULE_2__/* .SCOPE */ .hx.test(scope)))
        return unusable('is not a list of scopes. Separate scopes with commas, spaces or new lines, such as execute. ' +
            'To require none, write none.');
    return scopes;
}
function parseOrgId(value) {
    if (value !== '' && !_api_contract_js__WEBPACK_IMPORTED_MODULE_2__/* .ORG_ID */ .Xs.test(value))
        return unusable('is not an organisation ID. Write it as the platform does, such as org_abc123.');
    return value || undefined;
}
function parseTolerate(value) {
    const reasons = listOf(value);
    const tolerable = (reason) => reason === 'missing' || reason === 'unavailable';
    if (reasons.every(tolerable) && (value === '' || reasons.length > 0))
        return reasons;
    return unusable('can only be missing, unavailable, or both. For other reasons, use `continue-on-error` in the workflow ' +
        '(`allow_failure` in GitLab).');
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


/***/ }),

/***/ 4388:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   s: () => (/* binding */ examine)
/* harmony export */ });
/* harmony import */ var _api_contract_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(9570);
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
    if (_api_contract_js__WEBPACK_IMPORTED_MODULE_0__/* .WELL_FORMED */ .LF.test(value))
        return { form: 'well-formed', token: value };
    return { form: 'malformed', flaw: flawOf(value), length: value.length };
}
/** In the order of how much each explains: a quoted token also has a wrong length, but the quotes are the cause. */
function flawOf(value) {
    // `trim` takes a byte order mark for white space.
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
    const vendor = VENDORS.find(([prefix]) => prefix.test(inner));
    if (vendor)
        return `vendor:${vendor[1]}`;
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
    if (value.length !== _api_contract_js__WEBPACK_IMPORTED_MODULE_0__/* .TOKEN_LENGTH */ .Fj)
        return value.length < _api_contract_js__WEBPACK_IMPORTED_MODULE_0__/* .TOKEN_LENGTH */ .Fj ? 'too-short' : 'too-long';
    if (/^nlp_[0-9a-f]+$/i.test(value))
        return 'upper-case';
    if (/^nlp_[0-9a-z]+$/i.test(value))
        return 'before-v0.2.0';
    return 'characters';
}
/** Of the token alone, or of the line that `echo` makes of it, in either alphabet. Such a value is 59 or 60 characters long. */
const isBase64OfToken = (value) => /^[\w+/-]{59,60}=?$/.test(value) &&
    /^nlp_[0-9a-f]{40}\n?$/.test(Buffer.from(value, 'base64').toString('latin1'));


/***/ }),

/***/ 5349:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Vb: () => (/* binding */ nameOf),
/* harmony export */   h5: () => (/* binding */ status),
/* harmony export */   q0: () => (/* binding */ describe)
/* harmony export */ });
/* harmony import */ var node_http__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7067);
/* harmony import */ var node_http__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_http__WEBPACK_IMPORTED_MODULE_0__);
/** What happened on the network, in a few words. */

/** What happened instead of an answer, in a few words. */
function describe(cause) {
    if (cause.kind === 'status')
        return status(cause.status);
    switch (cause.fault) {
        case 'timed-out':
            return `no answer within ${Number((cause.limit / 1000).toFixed(1))} s`;
        case 'proxy':
            return `the proxy refused with ${status(cause.status)} (${placeOf(cause.proxy)})`;
        case 'unreachable': {
            const what = CODES[cause.code] ?? `the connection failed (${cause.code})`;
            if (!cause.proxy)
                return what;
            const proxy = cause.code === 'ENOTFOUND' ? "the proxy's host name does not exist" : `the proxy failed: ${what}`;
            return `${proxy} (${placeOf(cause.proxy)})`;
        }
    }
}
const placeOf = ({ variable, host }) => `${host}, from ${variable}`;
/** A proxy in a sentence. */
const nameOf = (proxy) => `the proxy (${placeOf(proxy)})`;
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
const status = (code) => `${code} ${node_http__WEBPACK_IMPORTED_MODULE_0__.STATUS_CODES[code] ?? ''}`.trim();


/***/ }),

/***/ 2893:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";

// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  W: () => (/* binding */ explain)
});

;// CONCATENATED MODULE: ./src/messages/duration.js
/** A time to wait, for a person: rounded up, in the unit that keeps the number short. */
const UNITS = [
    [1_000, 's', 120],
    [60_000, 'min', 120],
    [3_600_000, 'h', 48],
    [86_400_000, 'days', 365],
];
/** @param milliseconds how long */
function duration(milliseconds) {
    for (const [size, unit, most] of UNITS) {
        const count = Math.ceil(milliseconds / size);
        if (count <= most)
            return `${count} ${unit}`;
    }
    return 'more than a year';
}

// EXTERNAL MODULE: ./src/messages/message.js
var message = __nccwpck_require__(7785);
;// CONCATENATED MODULE: ./src/messages/reasons/internal-error.js

const internalError = (defect) => ({
    what: `nolapse/token-action itself failed (${defect}). Your token is not the cause.`,
    causes: [],
    remedy: `Re-run the job. If it keeps failing, report it, with this message, at ${message/* HOME */.yZ}/issues.`,
});

// EXTERNAL MODULE: ./src/messages/neutralise.js
var neutralise = __nccwpck_require__(3230);
;// CONCATENATED MODULE: ./src/messages/reasons/invalid.js


const invalid = (said, { host, setting }) => ({
    what: `The platform at ${host} rejected the token.${said && ` It says: "${(0,neutralise/* neutralise */.$)(said)}".`}`,
    causes: [
        'The token was revoked, or it was rotated and its grace period has ended.',
        `The token belongs to another deployment of nolapse than ${setting('api-url')} names.`,
    ],
    remedy: `If the token is less than a minute old, re-run the job: a new token can take a minute to work. Otherwise: ${message/* CREATE */.lY}`,
});

// EXTERNAL MODULE: ./src/api/contract.js
var contract = __nccwpck_require__(9570);
;// CONCATENATED MODULE: ./src/messages/reasons/malformed.js


const AGAIN = 'Store the token again, exactly as nolapse showed it.';
const FLAWS = {
    'byte-order-mark': [
        'it starts with a byte order mark, which some editors and shells write at the start of a file',
        `${AGAIN} Paste it, or pipe it with \`printf %s\`.`,
    ],
    'line-break': [
        'it has a line break at its start or end',
        `${AGAIN} In a shell, use \`printf %s\`: \`echo\` adds a line break.`,
    ],
    'several-lines': ['it has several lines', `${AGAIN} A whole file, or several values, were stored instead.`],
    'white-space': ['it has white space in it', AGAIN],
    quotes: ['it has quotes around it', `${AGAIN} Leave the quotes out: they are stored too.`],
    bearer: [
        'it starts with the name of an authentication scheme, such as Bearer',
        `${AGAIN} Leave that word out.`,
    ],
    assignment: ['it is an assignment, such as NAME=value', `${AGAIN} Store only what follows the =.`],
    separator: ['it ends with a comma or a semicolon', `${AGAIN} Leave that character out.`],
    escape: [
        'it has an escape sequence in it, such as \\n written as two characters',
        `${AGAIN} Nothing turns \\n into a line break here, and a token has none.`,
    ],
    base64: ['it is a token in base64', 'Store the token itself, as nolapse showed it, not in base64.'],
    expression: [
        'it is a workflow expression that was not evaluated: ${{ \u2026 }} as text',
        'Write the expression under `with:` or `env:`. It is not evaluated in a script, a file or a secret.',
    ],
    variable: [
        'it is the name of a variable, or a command, that was not replaced by its value',
        'Pass the value itself. Workflows write it as `${{ secrets.NOLAPSE_TOKEN }}`.',
    ],
    masked: [
        'it is a row of asterisks, which logs show instead of a secret',
        `A token cannot be copied from a log. ${message/* CREATE */.lY}`,
    ],
    json: ['it is JSON', `${AGAIN} In the platform's answer, only the field "secret" is the token.`],
    invisible: [
        'it has characters in it that are invisible or not ASCII',
        `${AGAIN} Copy it from nolapse, not from a document or a chat.`,
    ],
    'prefix-case': ['its prefix nlp_ is not in lower case', AGAIN],
    prefix: ['it does not start with nlp_', AGAIN],
    'before-v0.2.0': ['it was issued before v0.2.0 of nolapse, and such tokens no longer work', message/* CREATE */.lY],
    'upper-case': ['it has upper-case letters', `${AGAIN} After nlp_, a token has only 0-9 and a-f.`],
    'too-short': ['it is too short', `${AGAIN} Part of it was not copied.`],
    'too-long': ['it is too long', `${AGAIN} Something was added to it, or it was pasted twice.`],
    characters: ['it has characters that no token has', `${AGAIN} After nlp_, a token has only 0-9 and a-f.`],
};
/** What the length helps to understand. Elsewhere it would distract, or even confuse: an old token has 44 characters too. */
const LENGTH_TELLS = new Set(['prefix', 'too-short', 'too-long']);
function malformed(flaw, length) {
    const vendor = /^vendor:(.*)/.exec(flaw)?.[1];
    const [what, remedy] = vendor
        ? [`it looks like a token of ${vendor}`, 'Store the nolapse token instead. It starts with nlp_.']
        : FLAWS[flaw];
    const size = LENGTH_TELLS.has(flaw) ? ` (It has ${length} characters; a token has ${contract/* TOKEN_LENGTH */.Fj}.)` : '';
    return {
        what: `The value given as NOLAPSE_TOKEN is not a nolapse token: ${what}.${size}`,
        causes: [],
        remedy,
    };
}

;// CONCATENATED MODULE: ./src/messages/reasons/misconfigured.js

const misconfigured = (problems, { setting }) => ({
    what: problems
        .map(({ subject, says }) => (0,message/* sentence */.em)(`${setting(subject)} ${says}`))
        .map(text => text.replace(/\{([a-z-]+)\}/g, (_, name) => setting(name)))
        .join('\n'),
    causes: [],
    remedy: 'Fix what is named above. Nothing was sent to the platform.',
});

;// CONCATENATED MODULE: ./src/messages/reasons/missing.js
const missing = (absence) => ({
    what: ABSENCES[absence],
    causes: [],
    remedy: 'Store your nolapse token in the secret store of your CI system, as NOLAPSE_TOKEN.',
});
const ABSENCES = {
    unset: 'There is no nolapse token: NOLAPSE_TOKEN is not set, or it is empty.',
    blank: 'There is no nolapse token: the value has only white space in it.',
    unexpanded: 'There is no nolapse token: the value is only the name of a variable, such as $NAME.',
};

// EXTERNAL MODULE: ./src/messages/progress.js
var progress = __nccwpck_require__(9327);
;// CONCATENATED MODULE: ./src/messages/reasons/missing-scope.js

const missingScope = (lacking, granted, { setting }) => ({
    what: `The token is valid, but it lacks a required scope: ${(0,progress/* listed */.KE)(lacking)}. It has: ${(0,progress/* listed */.KE)(granted)}.`,
    causes: [],
    remedy: `Create a token with that scope and store it as NOLAPSE_TOKEN, or correct ${setting('required-scopes')}. A token's scopes never change.`,
});

// EXTERNAL MODULE: ./src/messages/describe.js
var describe = __nccwpck_require__(5349);
;// CONCATENATED MODULE: ./src/messages/reasons/unavailable.js

function unavailable(cause, { host, seconds, setting }) {
    const again = `Run again later. To ride out a longer outage, raise ${setting('timeout-seconds')}. To go on without a validated token, name unavailable in ${setting('tolerate')}.`;
    const message = (causes, remedy = again) => ({
        what: `The platform at ${host} gave no usable answer: ${(0,describe/* describe */.q0)(cause)}. (The limit is ${seconds} s.)`,
        causes,
        remedy,
    });
    if (cause.kind === 'status') {
        if (cause.status === 429)
            return message(['Many jobs validate the same token at once.'], `${again} One gate job for all others asks only once.`);
        return message(['The platform, or a proxy before it, is down or overloaded.'], again);
    }
    if ('proxy' in cause && cause.proxy) {
        const { variable } = cause.proxy;
        if (cause.fault === 'proxy')
            return message(['The proxy cannot reach the platform, or is overloaded.'], `Check the proxy named in ${variable}. ${WITHOUT}`);
        if (cause.code === 'ENOTFOUND')
            return message([`The host name in ${variable} is misspelt, or known only inside another network.`], `Correct ${variable}, or unset it if this machine needs no proxy.`);
        return message(['The proxy is down, or a firewall is in the way.'], `Check the proxy named in ${variable}. ${WITHOUT}`);
    }
    if (cause.fault === 'unreachable' && cause.code === 'ENOTFOUND')
        return message([
            `The host name in ${setting('api-url')} is misspelt, or known only inside another network.`,
            'A proxy is needed to reach it.',
        ], `Correct ${setting('api-url')}, or set https_proxy.`);
    return message(['The platform is down.', 'A firewall is in the way, or a proxy is needed to reach it.']);
}
const WITHOUT = 'If this machine can reach the platform without a proxy, add its host to no_proxy.';

;// CONCATENATED MODULE: ./src/messages/reasons/unexpected-response.js



function unexpectedResponse(surprise, { host, setting }) {
    const apiUrl = setting('api-url');
    const unexpected = (what, cause, remedy) => ({
        what: `What answered at ${host} is not the nolapse API as we know it: ${what}.`,
        causes: [(0,message/* sentence */.em)(cause)],
        remedy,
    });
    switch (surprise.kind) {
        case 'redirect':
            return unexpected(`it redirects (${(0,describe/* status */.h5)(surprise.status)}), and the token is not sent to another place`, `${apiUrl} has http:// for https://, or an old host name; or a sign-in page stands before the platform.`, `Set ${apiUrl} to where the platform really is.`);
        case 'html':
            return unexpected(`it sent an HTML page (${(0,describe/* status */.h5)(surprise.status)}), as a proxy, a captive portal or a sign-in page does`, 'Something between this machine and the platform answers in its place.', `Open the way to ${host}, by the proxy's settings or a firewall's, and check ${apiUrl}.`);
        case 'not-json':
            return unexpected(`its answer (${(0,describe/* status */.h5)(surprise.status)}) is not JSON`, `${apiUrl} names another service, or something on the way changes the answer.`, `Check ${apiUrl}, and what stands between this machine and the platform.`);
        case 'too-large':
            return unexpected(`its answer (${(0,describe/* status */.h5)(surprise.status)}) is longer than 64 KiB`, `${apiUrl} names another service.`, `Check ${apiUrl}.`);
        case 'proxy':
            return explainProxy(surprise, host);
        case 'handshake':
            return explainHandshake(surprise, host, apiUrl);
        case 'not-http':
            if (surprise.proxy)
                return {
                    what: `${(0,message/* sentence */.em)((0,describe/* nameOf */.Vb)(surprise.proxy))} does not speak HTTP (${surprise.code}). The token was not sent.`,
                    causes: [
                        `${surprise.proxy.variable} has https:// where the proxy has http://, the other way round, or the port of something else.`,
                    ],
                    remedy: `Correct the scheme or the port in ${surprise.proxy.variable}.`,
                };
            return unexpected(`it does not speak HTTP there (${surprise.code})`, `${apiUrl} has https:// where the server has http://, the other way round, or the port of something else.`, `Correct the scheme or the port in ${apiUrl}.`);
        case 'field':
            return unexpected(`in its answer, ${surprise.field} ${WRONG[surprise.wrong]}`, 'The platform and this gate are of versions that do not fit, or another service answers.', `Update both, and check ${apiUrl}.`);
        case 'status':
            return explainStatus(surprise, unexpected, apiUrl);
    }
}
function explainProxy({ status: code, proxy, schemes }, host) {
    const { variable } = proxy;
    const rejects = (cause, remedy) => ({
        what: `${(0,message/* sentence */.em)((0,describe/* nameOf */.Vb)(proxy))} rejects the request: ${(0,describe/* status */.h5)(code)}. The token was not sent.`,
        causes: [cause],
        remedy,
    });
    if (code === 407 && schemes.length > 0 && !schemes.includes('Basic'))
        return rejects(`The proxy offers only ${schemes.join(' and ')}, and this gate supports only Basic.`, `Have the proxy accept Basic for this machine, or run a local proxy that signs in for you (such as cntlm or px), and name that in ${variable}.`);
    if (code === 407)
        return rejects(`${variable} has no user name and password, or the proxy does not accept them.`, `Set ${variable} to a URL like http://user:password@proxy.example.com:3128, with special characters percent-encoded.`);
    if (code === 401 || code === 403)
        return rejects(`The proxy does not allow connections to ${host}.`, `Have ${host} allowed on the proxy. If this machine can reach the platform without a proxy, add its host to no_proxy.`);
    return rejects('What answers there is not a proxy, or one that does not support CONNECT.', `Correct ${variable}: host, port and scheme are those of the proxy.`);
}
function explainHandshake({ code, proxy }, host, apiUrl) {
    const peer = proxy ? (0,describe/* nameOf */.Vb)(proxy) : host;
    const place = proxy ? proxy.variable : apiUrl;
    const failed = (cause, remedy) => ({
        what: `The TLS handshake with ${peer} failed (${code}). No request was accepted.`,
        causes: [cause],
        remedy,
    });
    if (/PROTOCOL|VERSION/.test(code))
        return failed('The server supports only TLS 1.1 or older.', 'Have TLS 1.2 or 1.3 switched on there. Older versions are not safe for a token.');
    if (/UNRECOGNIZED_NAME/.test(code))
        return failed(`No site with the name in ${place} is set up on the server that answers.`, `Check the host name in ${place}, and the TLS configuration of the server or load balancer.`);
    if (/CERTIFICATE/.test(code))
        return failed(CLIENT_CERTIFICATE, WITHOUT_CERTIFICATE);
    return failed('The server requires a client certificate, which this gate does not have, or settings of TLS that Node.js does not support.', WITHOUT_CERTIFICATE);
}
const CLIENT_CERTIFICATE = 'The server requires a client certificate, which this gate does not have.';
const WITHOUT_CERTIFICATE = 'Let this machine reach POST /v1/auth/validate without a client certificate. `openssl s_client -connect HOST:443` shows the handshake.';
const WRONG = {
    missing: 'is missing',
    type: 'has the wrong type',
    characters: 'has characters that it must not have',
    token: 'repeats a part of the token',
    other: 'is not the ID that was requested',
    old: 'is that of the old token',
};
function explainStatus({ status: code, html, said }, unexpected, apiUrl) {
    const words = said ? ` and says "${(0,neutralise/* neutralise */.$)(said)}"` : '';
    const what = `it answered ${(0,describe/* status */.h5)(code)}${html ? ', with an HTML page' : ''}${words}`;
    if (code === 404 || code === 405 || code === 501)
        return unexpected(what, `${apiUrl} is not the base URL of a nolapse platform, or that platform does not have the validation endpoint yet.`, `Check ${apiUrl}; update a platform of your own. The cloud may not offer validation yet.`);
    if (code === 407)
        return unexpected(what, 'A proxy on the way asks for a user name and password.', 'Name that proxy in https_proxy, with the user name and password.');
    if (code === 403)
        return unexpected(what, 'A firewall or proxy on the way forbids the request.', 'Allow this machine to reach POST /v1/auth/validate of the platform.');
    return unexpected(what, `${apiUrl} names another service, or the platform and this gate are of versions that do not fit.`, `Check ${apiUrl}, and update both.`);
}

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __nccwpck_require__(3024);
;// CONCATENATED MODULE: ./src/api/authorities.js
/** NODE_EXTRA_CA_CERTS: whether Node could read it. Node itself says nothing in a log that anyone reads. */

/** For a message about a failure: reads the file. */
function flawOfExtraAuthorities() {
    const value = process.env.NODE_EXTRA_CA_CERTS;
    if (!value)
        return 'unset';
    if (value.includes('-----BEGIN'))
        return 'content';
    let content;
    try {
        // Only a file: reading a pipe or a device could take for ever.
        if (!(0,external_node_fs_.statSync)(value).isFile())
            return 'not-a-file';
        content = (0,external_node_fs_.readFileSync)(value, 'latin1');
    }
    catch (error) {
        if (/^["'`]|["'`]$/.test(value))
            return 'quotes';
        if (/^~|\$/.test(value))
            return 'unexpanded';
        return /^(ENOENT|ENOTDIR|ENAMETOOLONG)$/.test(String(error.code))
            ? 'no-file'
            : 'unreadable';
    }
    if (/-----BEGIN (X509 |TRUSTED )?CERTIFICATE-----/.test(content))
        return 'none';
    // A DER certificate is an ASN.1 sequence with a length in two bytes.
    return content.startsWith('\x30\x82') ? 'der' : 'no-certificate';
}

;// CONCATENATED MODULE: ./src/messages/reasons/untrusted.js


function untrusted(code, host, proxy) {
    const [causes, remedy] = explainCode(code, proxy ? 'the proxy' : 'the platform');
    return {
        what: proxy
            ? `The certificate of ${(0,describe/* nameOf */.Vb)(proxy)} cannot be verified (${code}). Neither the proxy's password nor the token was sent.`
            : `The certificate of ${host} cannot be verified (${code}). The token was not sent.`,
        causes,
        remedy: `${remedy} Never switch the verification off.`,
    };
}
function explainCode(code, peer) {
    if (/EXPIRED|NOT_YET/.test(code))
        return [
            [`The certificate of ${peer} has expired or is not valid yet.`, 'The clock of this machine is wrong.'],
            `Have the certificate of ${peer} renewed, and check this machine's clock.`,
        ];
    if (/ALTNAME|HOSTNAME/.test(code))
        return [
            [
                'The host in the URL is not the one that the certificate was made for.',
                'Another server answers at that address.',
            ],
            'Use the host name that the certificate names.',
        ];
    if (!UNKNOWN_AUTHORITY.test(code))
        return [
            [
                'The certificate, or one of its authorities, is too weak (SHA-1, a short key), or breaks a rule of its own (a name constraint, an unknown critical extension).',
            ],
            `Have the certificate of ${peer} replaced. \`openssl verify -x509_strict\` says what is wrong with it.`,
        ];
    const flaw = flawOfExtraAuthorities();
    const own = `The certificate of ${peer} is from a private authority, or a proxy on the way opens TLS connections.`;
    if (flaw === 'unset')
        return [
            [own],
            'Point NODE_EXTRA_CA_CERTS at a file with the certificate of that authority, in the environment of this step.',
        ];
    if (flaw === 'none')
        return [
            [`${own} NODE_EXTRA_CA_CERTS names a file with certificates, but not with that authority's.`],
            "Add that authority's certificate (PEM) to the file that NODE_EXTRA_CA_CERTS names.",
        ];
    return [[`NODE_EXTRA_CA_CERTS ${untrusted_FLAWS[flaw][0]}, so Node.js ignores it.`, own], untrusted_FLAWS[flaw][1]];
}
/** The codes that only say that the signer is unknown. */
const UNKNOWN_AUTHORITY = /^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CERT_UNTRUSTED|CERT_SIGNATURE_FAILURE|CERT_CHAIN_TOO_LONG|ERR_OSSL_)/;
/** What is wrong with the variable, and what to do. Its value is not quoted: it can be anything. */
const untrusted_FLAWS = {
    content: [
        'holds a certificate itself, not the path of a file',
        'Write the certificate to a file, and set NODE_EXTRA_CA_CERTS to its path.',
    ],
    quotes: [
        'has quotes around the path',
        'Remove the quotes from NODE_EXTRA_CA_CERTS: they become a part of the path.',
    ],
    unexpanded: [
        'has a ~ or $ in its path, which only a shell expands',
        'Set NODE_EXTRA_CA_CERTS to the whole absolute path.',
    ],
    'no-file': [
        'names a file that does not exist on this machine',
        'Set NODE_EXTRA_CA_CERTS to the absolute path of a file that exists where this step runs.',
    ],
    'not-a-file': [
        'names something that is not a file, such as a folder',
        'Set NODE_EXTRA_CA_CERTS to one file with all the certificates.',
    ],
    unreadable: [
        'names a file that this process cannot read',
        'Give the user that runs this step the right to read the file.',
    ],
    der: [
        'names a file in binary (DER) form',
        'Convert the file to PEM: openssl x509 -inform der -in FILE -out FILE.pem',
    ],
    'no-certificate': [
        'names a file without a PEM certificate (-----BEGIN CERTIFICATE-----)',
        "Set NODE_EXTRA_CA_CERTS to a PEM file with the authority's certificate.",
    ],
};

;// CONCATENATED MODULE: ./src/messages/reasons/wrong-org.js


const wrongOrg = (orgId, { setting }) => ({
    what: `The token is valid, but it belongs to the organisation ${(0,neutralise/* neutralise */.$)(orgId)}, not to the expected one.`,
    causes: [(0,message/* sentence */.em)(`${setting('expected-org-id')} is out of date.`)],
    remedy: `Store a token of the expected organisation as NOLAPSE_TOKEN, or correct ${setting('expected-org-id')}.`,
});

;// CONCATENATED MODULE: ./src/messages/explain.js











/** What is wrong, with the request ID if there is one, why, and what to do. */
function explain(verdict, situation) {
    const message = explainReason(verdict, situation);
    const requestId = 'requestId' in verdict && verdict.requestId;
    return requestId ? { ...message, what: `${message.what} Request ID: ${requestId}.` } : message;
}
function explainReason(verdict, situation) {
    switch (verdict.reason) {
        case 'misconfigured':
            return misconfigured(verdict.problems, situation);
        case 'missing':
            return missing(verdict.absence);
        case 'malformed':
            return malformed(verdict.flaw, verdict.length);
        case 'untrusted':
            return untrusted(verdict.code, situation.host, verdict.proxy);
        case 'unavailable': {
            const message = unavailable(verdict.cause, situation);
            return verdict.askedToWait ? asksToWait(message, verdict.askedToWait, situation) : message;
        }
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
/** The most that `timeout-seconds` takes, in milliseconds. */
const LONGEST_TIMEOUT = 600_000;
/** A `Retry-After` that does not fit into the deadline ends the run: the user learns how long it is. */
function asksToWait({ what, causes }, asked, { setting }) {
    const time = duration(asked);
    return {
        what: `${what} The platform asks to wait ${time}, which is longer than the time left.`,
        causes,
        remedy: asked < LONGEST_TIMEOUT
            ? `Re-run the job in ${time}, or raise ${setting('timeout-seconds')} above that (600 at most).`
            : `Re-run the job in ${time}.`,
    };
}


/***/ }),

/***/ 7785:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   _7: () => (/* binding */ situationOf),
/* harmony export */   b6: () => (/* binding */ textOf),
/* harmony export */   em: () => (/* binding */ sentence),
/* harmony export */   lY: () => (/* binding */ CREATE),
/* harmony export */   yZ: () => (/* binding */ HOME)
/* harmony export */ });
/* unused harmony export linkTo */
const HOME = 'https://github.com/nolapse/token-action';
const CREATE = 'Create a new token in nolapse and store it as NOLAPSE_TOKEN.';
/** @param setting how the user writes a setting */
const situationOf = (settings, setting) => Array.isArray(settings)
    ? { host: '', seconds: 0, setting }
    : { host: settings.api.host, seconds: settings.timeout / 1000, setting };
/** The entry of docs/troubleshooting.md for a reason. */
const linkTo = (reason) => `${HOME}/blob/v1/docs/troubleshooting.md#${reason}`;
/**
 * The message as text: for an annotation, a terminal, a `message` field. A list of annotations shows the first lines
 * only, so the remedy comes before the causes.
 */
function textOf({ what, causes, remedy }, reason) {
    const likely = causes.length > 0 ? ['Likely causes:', ...causes.map(cause => `- ${cause}`)] : [];
    return [what, `What to do: ${remedy}`, ...likely, `More: ${linkTo(reason)}`].join('\n');
}
/** The name of a variable, such as https_proxy, keeps its first letter. */
const sentence = (text) => /^[a-z]+_/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);


/***/ }),

/***/ 3230:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   $: () => (/* binding */ neutralise)
/* harmony export */ });
/* harmony import */ var _api_unicode_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(9989);
/** Text from the network, made safe to print. */

const LONGEST = 200;
/**
 * What has no shape of its own: control characters, line and paragraph separators, marks that turn the direction of
 * text, tag characters, fillers and variation selectors, the blank of Braille. They could start a line of their own,
 * which the runner reads as a command, or show a person something else than what is there.
 */
const UNPRINTABLE = '\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}\\p{Zl}\\p{Zp}\\p{Default_Ignorable_Code_Point}\\u2800';
/**
 * One line of at most 200 characters, or of `longest`, in which the runner finds no command. It reads `::name::` at the
 * start of a line and `##[name]` anywhere (actions/runner, ActionCommand.cs).
 */
function neutralise(text, longest = LONGEST) {
    const line = (0,_api_unicode_js__WEBPACK_IMPORTED_MODULE_0__/* .replaceClasses */ .h)(text, UNPRINTABLE, ' ')
        .replace(/:(?=:)/g, ': ')
        .replace(/#(?=#)/g, '# ')
        .trim();
    const characters = [...line];
    return characters.length > longest ? `${characters.slice(0, longest - 1).join('')}\u2026` : line;
}


/***/ }),

/***/ 9327:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   KE: () => (/* binding */ listed),
/* harmony export */   R$: () => (/* binding */ retrying),
/* harmony export */   bF: () => (/* binding */ passed)
/* harmony export */ });
/* harmony import */ var _describe_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(5349);
/* harmony import */ var _neutralise_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(3230);


/** The one line of a gate that passes. */
const passed = (orgId, scopes, host, elapsed) => `nolapse token is valid: organisation ${(0,_neutralise_js__WEBPACK_IMPORTED_MODULE_1__/* .neutralise */ .$)(orgId)}, scopes ${listed(scopes)} (${host}, ${Math.round(elapsed)} ms)`;
/** The line before each wait. */
const retrying = ({ attempt, unavailable, wait }, host) => `Attempt ${attempt}: ${(0,_describe_js__WEBPACK_IMPORTED_MODULE_0__/* .describe */ .q0)(unavailable.cause)} (${host}). Next attempt in ${(wait / 1000).toFixed(1)} s.`;
const listed = (scopes) => (0,_neutralise_js__WEBPACK_IMPORTED_MODULE_1__/* .neutralise */ .$)(scopes.join(', ')) || 'none';


/***/ }),

/***/ 301:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   d: () => (/* binding */ realClock)
/* harmony export */ });
/** Time and chance, passed in so that a test can set them. */
const realClock = {
    // Not performance.now(): the first use of that global loads perf_hooks, ten modules that nothing else here needs.
    now: () => process.uptime() * 1000,
    date: () => Date.now(),
    random: () => Math.random(),
    sleep: milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds)),
};


/***/ }),

/***/ 6342:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   L: () => (/* binding */ defectOf)
/* harmony export */ });
/**
 * Describes an unexpected error by its kind and its place. Never by its text, which can contain anything, at any
 * length.
 */
function defectOf(error) {
    if (!(error instanceof Error))
        return typeof error;
    const frames = String(error.stack).replace(error.message, '').split('\n');
    const frame = frames.find(line => line.startsWith('    at '))?.slice(-200) ?? '';
    const place = /[^\s()/\\]+:\d+:\d+(?=\)?$)/.exec(frame)?.[0];
    return [error.name, place].filter(Boolean).join(' at ');
}


/***/ }),

/***/ 3051:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Dc: () => (/* binding */ ignoreBrokenOutput),
/* harmony export */   Rs: () => (/* binding */ surviveBrokenPipes),
/* harmony export */   _N: () => (/* binding */ end)
/* harmony export */ });
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
 * Ends the process as soon as all of standard output is written, so that a hung proxy's socket cannot hold it. (A name
 * look-up can: Node waits for its thread.) If standard output is broken, the verdict is lost, and success becomes `broken`.
 *
 * @param broken 1 is the action's. The command line never exits with 1
 */
function end(code, broken = 1) {
    process.stdout.write('', failed => process.exit(result && (failed || lost) ? code || broken : code));
}


/***/ }),

/***/ 7680:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   _: () => (/* binding */ Interruption),
/* harmony export */   j: () => (/* binding */ Interrupted)
/* harmony export */ });
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(8161);
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_os__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(8500);
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__nccwpck_require__.n(node_timers_promises__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var _clock_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(301);
/* harmony import */ var _parent_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(7483);
/** Signals that ask a run to end: its current step gets a moment, then the run says what exists, and ends. */




const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** How often to look whether the parent has ended, in milliseconds. */
const CHECK_EVERY = 250;
/** A signal has ended the run. */
class Interrupted extends Error {
    signal;
    constructor(signal) {
        super(signal);
        this.signal = signal;
    }
    /** What a shell reports for a process that a signal ended. */
    get exitCode() {
        return 128 + node_os__WEBPACK_IMPORTED_MODULE_0__.constants.signals[this.signal];
    }
}
const hangUps = () => !(0,_parent_js__WEBPACK_IMPORTED_MODULE_3__/* .ignoresHangUps */ .M)() && (0,_parent_js__WEBPACK_IMPORTED_MODULE_3__/* .watchParent */ .S)();
/** Listens for signals while a command runs, so that they do not end the process at once. */
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
    /** Nothing tells a process that its parent has ended. */
    #look() {
        if (!this.#arrival.signal.aborted && this.#isHungUp && this.#isHungUp())
            this.#listener('SIGHUP');
    }
    /** The real clock, whose sleep a signal ends at once. */
    clock = {
        ..._clock_js__WEBPACK_IMPORTED_MODULE_2__/* .realClock */ .d,
        sleep: async (milliseconds) => {
            this.check();
            await (0,node_timers_promises__WEBPACK_IMPORTED_MODULE_1__.setTimeout)(milliseconds, undefined, { signal: this.#arrival.signal }).catch(() => this.check());
        },
    };
    /** The signal that has arrived, if one has. */
    get reason() {
        this.#look();
        return this.#arrival.signal.reason;
    }
    /** @throws Interrupted if a signal has arrived */
    check() {
        this.#look();
        this.#arrival.signal.throwIfAborted();
    }
    /**
     * The same, also for a signal that the process has and has not heard yet: after a machine has slept, a timer comes
     * first. For use before a step that cannot be undone.
     */
    async hear() {
        await new Promise(setImmediate);
        this.check();
    }
    /**
     * Takes one step, unless a signal has arrived.
     *
     * @param patience how long the step may go on after a signal, in milliseconds; what it achieves by then counts
     * @param onSignal what to do about the step when the signal arrives
     * @throws Interrupted if it went on for longer
     */
    async during(step, patience = 0, onSignal = () => undefined) {
        this.check();
        return this.bound(step, patience, onSignal);
    }
    /** The same, also after a signal has arrived: for what has to be done then. */
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


/***/ }),

/***/ 7483:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   M: () => (/* binding */ ignoresHangUps),
/* harmony export */   S: () => (/* binding */ watchParent)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(6760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__nccwpck_require__.n(node_path__WEBPACK_IMPORTED_MODULE_1__);
/**
 * The process that started this one. npx passes no signal on: it ends, and what it has started lives on without it. So a
 * parent that ends is a hang-up.
 */


/** Noted when this module is loaded, before the big ones: a parent that ends in the meantime is noticed, too. */
const parent = process.ppid;
/** Answers whether the parent has ended. A run that began without one has none to lose. */
function watchParent(platform = process.platform) {
    if (platform === 'win32') {
        // Windows never gives an orphan another parent.
        const wasThere = isThere(parent);
        return () => wasThere && !isThere(parent);
    }
    const shells = shellsOfNpm();
    return () => process.ppid !== parent || shells.some(shell => look(shell.pid)?.parent !== shell.parent);
}
/**
 * Whether this run was told to ignore hang-ups, as by nohup. Node itself forgets that at its start, so it is read from
 * what is left: the variable in which a shell names nohup, the input that nohup gives, and the processes above this one.
 */
function ignoresHangUps(environment = process.env) {
    if ((0,node_path__WEBPACK_IMPORTED_MODULE_1__.basename)(environment._ ?? '') === 'nohup')
        return true;
    try {
        return hasInputOfNohup() || ancestors().some(ignoresSighup);
    }
    catch {
        // A system without /proc, or a parent that has ended.
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
/**
 * npm and npx start a script as `sh -c SCRIPT`. Some shells then become the script's command, and npm is our parent;
 * others wait for it and outlive npm, so that npm has to be watched above them.
 */
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
/** The parent, and beyond a shell of npm also npm and its parent: npm is Node, and forgets what it was told to ignore. */
function ancestors() {
    const npm = shellsOfNpm().at(-1)?.parent;
    return npm === undefined ? [parent] : [parent, npm, look(npm)?.parent];
}
/** A process's parent and command line; undefined if it has ended or the system does not say. */
function look(pid) {
    try {
        // Small images have no ps, and other systems no /proc.
        if (process.platform === 'linux') {
            const stat = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(`/proc/${pid}/stat`, 'utf8');
            const command = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
            // "pid (name) state ppid \u2026", where the name can contain anything.
            return { parent: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]), command };
        }
        // Loaded only here: a check on Linux starts without it. Node 20.15 and older cannot, and so cannot tell.
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
/** A process inherits what its parent ignores. */
function ignoresSighup(pid) {
    const status = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(`/proc/${pid}/status`, 'utf8');
    const lowest = /^SigIgn:.*(.)$/m.exec(status)?.[1];
    // SIGHUP is signal 1, and so the lowest bit.
    return Number.parseInt(String(lowest), 16) % 2 === 1;
}
/** On a terminal, nohup replaces the input by one that can only be written to. Nothing else does. */
const hasInputOfNohup = () => /^flags:\s*[0-7]*[15]$/m.test((0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)('/proc/self/fdinfo/0', 'utf8'));


/***/ }),

/***/ 6303:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   x: () => (/* binding */ VERSION)
/* harmony export */ });
/** Of the action and the command line; a test holds it equal to package.json's. */
const VERSION = '1.0.0';


/***/ }),

/***/ 1421:
/***/ ((module) => {

"use strict";
module.exports = new Proxy({}, { get: (_, name) => name === "__esModule" ? undefined : require("node:child_process")[name] });

/***/ }),

/***/ 7598:
/***/ ((module) => {

"use strict";
module.exports = require("node:crypto");

/***/ }),

/***/ 8474:
/***/ ((module) => {

"use strict";
module.exports = require("node:events");

/***/ }),

/***/ 3024:
/***/ ((module) => {

"use strict";
module.exports = require("node:fs");

/***/ }),

/***/ 7067:
/***/ ((module) => {

"use strict";
module.exports = require("node:http");

/***/ }),

/***/ 8161:
/***/ ((module) => {

"use strict";
module.exports = require("node:os");

/***/ }),

/***/ 6760:
/***/ ((module) => {

"use strict";
module.exports = require("node:path");

/***/ }),

/***/ 1708:
/***/ ((module) => {

"use strict";
module.exports = require("node:process");

/***/ }),

/***/ 8500:
/***/ ((module) => {

"use strict";
module.exports = require("node:timers/promises");

/***/ }),

/***/ 395:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {

const { Argument } = __nccwpck_require__(4100);
const { Command } = __nccwpck_require__(6986);
const { CommanderError, InvalidArgumentError } = __nccwpck_require__(9073);
const { Help } = __nccwpck_require__(5632);
const { Option } = __nccwpck_require__(7546);

exports.DM = new Command();

exports.gu = (name) => new Command(name);
exports.Ww = (flags, description) => new Option(flags, description);
exports.er = (name, description) => new Argument(name, description);

/**
 * Expose classes
 */

exports.uB = Command;
exports.c$ = Option;
exports.ef = Argument;
exports._V = Help;

exports.b7 = CommanderError;
exports.Di = InvalidArgumentError;
exports.a2 = InvalidArgumentError; // Deprecated


/***/ }),

/***/ 4100:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {

const { InvalidArgumentError } = __nccwpck_require__(9073);

class Argument {
  /**
   * Initialize a new command argument with the given name and description.
   * The default is that the argument is required, and you can explicitly
   * indicate this with <> around the name. Put [] around the name for an optional argument.
   *
   * @param {string} name
   * @param {string} [description]
   */

  constructor(name, description) {
    this.description = description || '';
    this.variadic = false;
    this.parseArg = undefined;
    this.defaultValue = undefined;
    this.defaultValueDescription = undefined;
    this.argChoices = undefined;

    switch (name[0]) {
      case '<': // e.g. <required>
        this.required = true;
        this._name = name.slice(1, -1);
        break;
      case '[': // e.g. [optional]
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

  /**
   * Return argument name.
   *
   * @return {string}
   */

  name() {
    return this._name;
  }

  /**
   * @package
   */

  _collectValue(value, previous) {
    if (previous === this.defaultValue || !Array.isArray(previous)) {
      return [value];
    }

    previous.push(value);
    return previous;
  }

  /**
   * Set the default value, and optionally supply the description to be displayed in the help.
   *
   * @param {*} value
   * @param {string} [description]
   * @return {Argument}
   */

  default(value, description) {
    this.defaultValue = value;
    this.defaultValueDescription = description;
    return this;
  }

  /**
   * Set the custom handler for processing CLI command arguments into argument values.
   *
   * @param {Function} [fn]
   * @return {Argument}
   */

  argParser(fn) {
    this.parseArg = fn;
    return this;
  }

  /**
   * Only allow argument value to be one of choices.
   *
   * @param {string[]} values
   * @return {Argument}
   */

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

  /**
   * Make argument required.
   *
   * @returns {Argument}
   */
  argRequired() {
    this.required = true;
    return this;
  }

  /**
   * Make argument optional.
   *
   * @returns {Argument}
   */
  argOptional() {
    this.required = false;
    return this;
  }
}

/**
 * Takes an argument and returns its human readable equivalent for help usage.
 *
 * @param {Argument} arg
 * @return {string}
 * @private
 */

function humanReadableArgName(arg) {
  const nameOutput = arg.name() + (arg.variadic === true ? '...' : '');

  return arg.required ? '<' + nameOutput + '>' : '[' + nameOutput + ']';
}

exports.Argument = Argument;
exports.humanReadableArgName = humanReadableArgName;


/***/ }),

/***/ 6986:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {

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
  /**
   * Initialize a new `Command`.
   *
   * @param {string} [name]
   */

  constructor(name) {
    super();
    /** @type {Command[]} */
    this.commands = [];
    /** @type {Option[]} */
    this.options = [];
    this.parent = null;
    this._allowUnknownOption = false;
    this._allowExcessArguments = false;
    /** @type {Argument[]} */
    this.registeredArguments = [];
    this._args = this.registeredArguments; // deprecated old name
    /** @type {string[]} */
    this.args = []; // cli args with options removed
    this.rawArgs = [];
    this.processedArgs = []; // like .args but after custom processing and collecting variadic
    this._scriptPath = null;
    this._name = name || '';
    this._optionValues = {};
    this._optionValueSources = {}; // default, env, cli etc
    this._storeOptionsAsProperties = false;
    this._actionHandler = null;
    this._executableHandler = false;
    this._executableFile = null; // custom name for executable
    this._executableDir = null; // custom search directory for subcommands
    this._defaultCommandName = null;
    this._exitCallback = null;
    this._aliases = [];
    this._combineFlagAndOptionalValue = true;
    this._description = '';
    this._summary = '';
    this._argsDescription = undefined; // legacy
    this._enablePositionalOptions = false;
    this._passThroughOptions = false;
    this._lifeCycleHooks = {}; // a hash of arrays
    /** @type {(boolean | string)} */
    this._showHelpAfterError = false;
    this._showSuggestionAfterError = true;
    this._savedState = null; // used in save/restoreStateBeforeParse

    // see configureOutput() for docs
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
    /** @type {(Option | null | undefined)} */
    this._helpOption = undefined; // Lazy created on demand. May be null if help option is disabled.
    this._addImplicitHelpCommand = undefined; // undecided whether true or false yet, not inherited
    /** @type {Command} */
    this._helpCommand = undefined; // lazy initialised, inherited
    this._helpConfiguration = {};
    /** @type {string | undefined} */
    this._helpGroupHeading = undefined; // soft initialised when added to parent
    /** @type {string | undefined} */
    this._defaultCommandGroup = undefined;
    /** @type {string | undefined} */
    this._defaultOptionGroup = undefined;
  }

  /**
   * Copy settings that are useful to have in common across root command and subcommands.
   *
   * (Used internally when adding a command using `.command()` so subcommands inherit parent settings.)
   *
   * @param {Command} sourceCommand
   * @return {Command} `this` command for chaining
   */
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

  /**
   * @returns {Command[]}
   * @private
   */

  _getCommandAndAncestors() {
    const result = [];
    // eslint-disable-next-line @typescript-eslint/no-this-alias
    for (let command = this; command; command = command.parent) {
      result.push(command);
    }
    return result;
  }

  /**
   * Define a command.
   *
   * There are two styles of command: pay attention to where to put the description.
   *
   * @example
   * // Command implemented using action handler (description is supplied separately to `.command`)
   * program
   *   .command('clone <source> [destination]')
   *   .description('clone a repository into a newly created directory')
   *   .action((source, destination) => {
   *     console.log('clone command called');
   *   });
   *
   * // Command implemented using separate executable file (description is second parameter to `.command`)
   * program
   *   .command('start <service>', 'start named service')
   *   .command('stop [service]', 'stop named service, or all if no name supplied');
   *
   * @param {string} nameAndArgs - command name and arguments, args are `<required>` or `[optional]` and last may also be `variadic...`
   * @param {(object | string)} [actionOptsOrExecDesc] - configuration options (for action), or description (for executable)
   * @param {object} [execOpts] - configuration options (for executable)
   * @return {Command} returns new command for action handler, or `this` for executable command
   */

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
    cmd._hidden = !!(opts.noHelp || opts.hidden); // noHelp is deprecated old name for hidden
    cmd._executableFile = opts.executableFile || null; // Custom name for executable file, set missing to null to match constructor
    if (args) cmd.arguments(args);
    this._registerCommand(cmd);
    cmd.parent = this;
    cmd.copyInheritedSettings(this);

    if (desc) return this;
    return cmd;
  }

  /**
   * Factory routine to create a new unattached command.
   *
   * See .command() for creating an attached subcommand, which uses this routine to
   * create the command. You can override createCommand to customise subcommands.
   *
   * @param {string} [name]
   * @return {Command} new command
   */

  createCommand(name) {
    return new Command(name);
  }

  /**
   * You can customise the help with a subclass of Help by overriding createHelp,
   * or by overriding Help properties using configureHelp().
   *
   * @return {Help}
   */

  createHelp() {
    return Object.assign(new Help(), this.configureHelp());
  }

  /**
   * You can customise the help by overriding Help properties using configureHelp(),
   * or with a subclass of Help by overriding createHelp().
   *
   * @param {object} [configuration] - configuration options
   * @return {(Command | object)} `this` command for chaining, or stored configuration
   */

  configureHelp(configuration) {
    if (configuration === undefined) return this._helpConfiguration;

    this._helpConfiguration = configuration;
    return this;
  }

  /**
   * The default output goes to stdout and stderr. You can customise this for special
   * applications. You can also customise the display of errors by overriding outputError.
   *
   * The configuration properties are all functions:
   *
   *     // change how output being written, defaults to stdout and stderr
   *     writeOut(str)
   *     writeErr(str)
   *     // change how output being written for errors, defaults to writeErr
   *     outputError(str, write) // used for displaying errors and not used for displaying help
   *     // specify width for wrapping help
   *     getOutHelpWidth()
   *     getErrHelpWidth()
   *     // color support, currently only used with Help
   *     getOutHasColors()
   *     getErrHasColors()
   *     stripColor() // used to remove ANSI escape codes if output does not have colors
   *
   * @param {object} [configuration] - configuration options
   * @return {(Command | object)} `this` command for chaining, or stored configuration
   */

  configureOutput(configuration) {
    if (configuration === undefined) return this._outputConfiguration;

    this._outputConfiguration = {
      ...this._outputConfiguration,
      ...configuration,
    };
    return this;
  }

  /**
   * Display the help or a custom message after an error occurs.
   *
   * @param {(boolean|string)} [displayHelp]
   * @return {Command} `this` command for chaining
   */
  showHelpAfterError(displayHelp = true) {
    if (typeof displayHelp !== 'string') displayHelp = !!displayHelp;
    this._showHelpAfterError = displayHelp;
    return this;
  }

  /**
   * Display suggestion of similar commands for unknown commands, or options for unknown options.
   *
   * @param {boolean} [displaySuggestion]
   * @return {Command} `this` command for chaining
   */
  showSuggestionAfterError(displaySuggestion = true) {
    this._showSuggestionAfterError = !!displaySuggestion;
    return this;
  }

  /**
   * Add a prepared subcommand.
   *
   * See .command() for creating an attached subcommand which inherits settings from its parent.
   *
   * @param {Command} cmd - new subcommand
   * @param {object} [opts] - configuration options
   * @return {Command} `this` command for chaining
   */

  addCommand(cmd, opts) {
    if (!cmd._name) {
      throw new Error(`Command passed to .addCommand() must have a name
- specify the name in Command constructor or using .name()`);
    }

    opts = opts || {};
    if (opts.isDefault) this._defaultCommandName = cmd._name;
    if (opts.noHelp || opts.hidden) cmd._hidden = true; // modifying passed command due to existing implementation

    this._registerCommand(cmd);
    cmd.parent = this;
    cmd._checkForBrokenPassThrough();

    return this;
  }

  /**
   * Factory routine to create a new unattached argument.
   *
   * See .argument() for creating an attached argument, which uses this routine to
   * create the argument. You can override createArgument to return a custom argument.
   *
   * @param {string} name
   * @param {string} [description]
   * @return {Argument} new argument
   */

  createArgument(name, description) {
    return new Argument(name, description);
  }

  /**
   * Define argument syntax for command.
   *
   * The default is that the argument is required, and you can explicitly
   * indicate this with <> around the name. Put [] around the name for an optional argument.
   *
   * @example
   * program.argument('<input-file>');
   * program.argument('[output-file]');
   *
   * @param {string} name
   * @param {string} [description]
   * @param {(Function|*)} [parseArg] - custom argument processing function or default value
   * @param {*} [defaultValue]
   * @return {Command} `this` command for chaining
   */
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

  /**
   * Define argument syntax for command, adding multiple at once (without descriptions).
   *
   * See also .argument().
   *
   * @example
   * program.arguments('<cmd> [env]');
   *
   * @param {string} names
   * @return {Command} `this` command for chaining
   */

  arguments(names) {
    names
      .trim()
      .split(/ +/)
      .forEach((detail) => {
        this.argument(detail);
      });
    return this;
  }

  /**
   * Define argument syntax for command, adding a prepared argument.
   *
   * @param {Argument} argument
   * @return {Command} `this` command for chaining
   */
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

  /**
   * Customise or override default help command. By default a help command is automatically added if your command has subcommands.
   *
   * @example
   *    program.helpCommand('help [cmd]');
   *    program.helpCommand('help [cmd]', 'show help');
   *    program.helpCommand(false); // suppress default help command
   *    program.helpCommand(true); // add help command even if no subcommands
   *
   * @param {string|boolean} enableOrNameAndArgs - enable with custom name and/or arguments, or boolean to override whether added
   * @param {string} [description] - custom description
   * @return {Command} `this` command for chaining
   */

  helpCommand(enableOrNameAndArgs, description) {
    if (typeof enableOrNameAndArgs === 'boolean') {
      this._addImplicitHelpCommand = enableOrNameAndArgs;
      if (enableOrNameAndArgs && this._defaultCommandGroup) {
        // make the command to store the group
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
    // init group unless lazy create
    if (enableOrNameAndArgs || description) this._initCommandGroup(helpCommand);

    return this;
  }

  /**
   * Add prepared custom help command.
   *
   * @param {(Command|string|boolean)} helpCommand - custom help command, or deprecated enableOrNameAndArgs as for `.helpCommand()`
   * @param {string} [deprecatedDescription] - deprecated custom description used with custom name only
   * @return {Command} `this` command for chaining
   */
  addHelpCommand(helpCommand, deprecatedDescription) {
    // If not passed an object, call through to helpCommand for backwards compatibility,
    // as addHelpCommand was originally used like helpCommand is now.
    if (typeof helpCommand !== 'object') {
      this.helpCommand(helpCommand, deprecatedDescription);
      return this;
    }

    this._addImplicitHelpCommand = true;
    this._helpCommand = helpCommand;
    this._initCommandGroup(helpCommand);
    return this;
  }

  /**
   * Lazy create help command.
   *
   * @return {(Command|null)}
   * @package
   */
  _getHelpCommand() {
    const hasImplicitHelpCommand =
      this._addImplicitHelpCommand ??
      (this.commands.length &&
        !this._actionHandler &&
        !this._findCommand('help'));

    if (hasImplicitHelpCommand) {
      if (this._helpCommand === undefined) {
        this.helpCommand(undefined, undefined); // use default name and description
      }
      return this._helpCommand;
    }
    return null;
  }

  /**
   * Add hook for life cycle event.
   *
   * @param {string} event
   * @param {Function} listener
   * @return {Command} `this` command for chaining
   */

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

  /**
   * Register callback to use as replacement for calling process.exit.
   *
   * @param {Function} [fn] optional callback which will be passed a CommanderError, defaults to throwing
   * @return {Command} `this` command for chaining
   */

  exitOverride(fn) {
    if (fn) {
      this._exitCallback = fn;
    } else {
      this._exitCallback = (err) => {
        if (err.code !== 'commander.executeSubCommandAsync') {
          throw err;
        } else {
          // Async callback from spawn events, not useful to throw.
        }
      };
    }
    return this;
  }

  /**
   * Call process.exit, and _exitCallback if defined.
   *
   * @param {number} exitCode exit code for using with process.exit
   * @param {string} code an id string representing the error
   * @param {string} message human-readable description of the error
   * @return never
   * @private
   */

  _exit(exitCode, code, message) {
    if (this._exitCallback) {
      this._exitCallback(new CommanderError(exitCode, code, message));
      // Expecting this line is not reached.
    }
    process.exit(exitCode);
  }

  /**
   * Register callback `fn` for the command.
   *
   * @example
   * program
   *   .command('serve')
   *   .description('start service')
   *   .action(function() {
   *      // do work here
   *   });
   *
   * @param {Function} fn
   * @return {Command} `this` command for chaining
   */

  action(fn) {
    const listener = (args) => {
      // The .action callback takes an extra parameter which is the command or options.
      const expectedArgsCount = this.registeredArguments.length;
      const actionArgs = args.slice(0, expectedArgsCount);
      if (this._storeOptionsAsProperties) {
        actionArgs[expectedArgsCount] = this; // backwards compatible "options"
      } else {
        actionArgs[expectedArgsCount] = this.opts();
      }
      actionArgs.push(this);

      return fn.apply(this, actionArgs);
    };
    this._actionHandler = listener;
    return this;
  }

  /**
   * Factory routine to create a new unattached option.
   *
   * See .option() for creating an attached option, which uses this routine to
   * create the option. You can override createOption to return a custom option.
   *
   * @param {string} flags
   * @param {string} [description]
   * @return {Option} new option
   */

  createOption(flags, description) {
    return new Option(flags, description);
  }

  /**
   * Wrap parseArgs to catch 'commander.invalidArgument'.
   *
   * @param {(Option | Argument)} target
   * @param {string} value
   * @param {*} previous
   * @param {string} invalidArgumentMessage
   * @private
   */

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

  /**
   * Check for option flag conflicts.
   * Register option if no conflicts found, or throw on conflict.
   *
   * @param {Option} option
   * @private
   */

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

  /**
   * Check for command name and alias conflicts with existing commands.
   * Register command if no conflicts found, or throw on conflict.
   *
   * @param {Command} command
   * @private
   */

  _registerCommand(command) {
    const knownBy = (cmd) => {
      return [cmd.name()].concat(cmd.aliases());
    };

    const alreadyUsed = knownBy(command).find((name) =>
      this._findCommand(name),
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

  /**
   * Add an option.
   *
   * @param {Option} option
   * @return {Command} `this` command for chaining
   */
  addOption(option) {
    this._registerOption(option);

    const oname = option.name();
    const name = option.attributeName();

    // store default value
    if (option.negate) {
      // --no-foo is special and defaults foo to true, unless a --foo option is already defined
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

    // handler for cli and env supplied values
    const handleOptionValue = (val, invalidValueMessage, valueSource) => {
      // val is null for optional option used without an optional-argument.
      // val is undefined for boolean and negated option.
      if (val == null && option.presetArg !== undefined) {
        val = option.presetArg;
      }

      // custom processing
      const oldValue = this.getOptionValue(name);
      if (val !== null && option.parseArg) {
        val = this._callParseArg(option, val, oldValue, invalidValueMessage);
      } else if (val !== null && option.variadic) {
        val = option._collectValue(val, oldValue);
      }

      // Fill-in appropriate missing values. Long winded but easy to follow.
      if (val == null) {
        if (option.negate) {
          val = false;
        } else if (option.isBoolean() || option.optional) {
          val = true;
        } else {
          val = ''; // not normal, parseArg might have failed or be a mock function for testing
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

  /**
   * Internal implementation shared by .option() and .requiredOption()
   *
   * @return {Command} `this` command for chaining
   * @private
   */
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
      // deprecated
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

  /**
   * Define option with `flags`, `description`, and optional argument parsing function or `defaultValue` or both.
   *
   * The `flags` string contains the short and/or long flags, separated by comma, a pipe or space. A required
   * option-argument is indicated by `<>` and an optional option-argument by `[]`.
   *
   * See the README for more details, and see also addOption() and requiredOption().
   *
   * @example
   * program
   *     .option('-p, --pepper', 'add pepper')
   *     .option('--pt, --pizza-type <TYPE>', 'type of pizza') // required option-argument
   *     .option('-c, --cheese [CHEESE]', 'add extra cheese', 'mozzarella') // optional option-argument with default
   *     .option('-t, --tip <VALUE>', 'add tip to purchase cost', parseFloat) // custom parse function
   *
   * @param {string} flags
   * @param {string} [description]
   * @param {(Function|*)} [parseArg] - custom option processing function or default value
   * @param {*} [defaultValue]
   * @return {Command} `this` command for chaining
   */

  option(flags, description, parseArg, defaultValue) {
    return this._optionEx({}, flags, description, parseArg, defaultValue);
  }

  /**
   * Add a required option which must have a value after parsing. This usually means
   * the option must be specified on the command line. (Otherwise the same as .option().)
   *
   * The `flags` string contains the short and/or long flags, separated by comma, a pipe or space.
   *
   * @param {string} flags
   * @param {string} [description]
   * @param {(Function|*)} [parseArg] - custom option processing function or default value
   * @param {*} [defaultValue]
   * @return {Command} `this` command for chaining
   */

  requiredOption(flags, description, parseArg, defaultValue) {
    return this._optionEx(
      { mandatory: true },
      flags,
      description,
      parseArg,
      defaultValue,
    );
  }

  /**
   * Alter parsing of short flags with optional values.
   *
   * @example
   * // for `.option('-f,--flag [value]'):
   * program.combineFlagAndOptionalValue(true);  // `-f80` is treated like `--flag=80`, this is the default behaviour
   * program.combineFlagAndOptionalValue(false) // `-fb` is treated like `-f -b`
   *
   * @param {boolean} [combine] - if `true` or omitted, an optional value can be specified directly after the flag.
   * @return {Command} `this` command for chaining
   */
  combineFlagAndOptionalValue(combine = true) {
    this._combineFlagAndOptionalValue = !!combine;
    return this;
  }

  /**
   * Allow unknown options on the command line.
   *
   * @param {boolean} [allowUnknown] - if `true` or omitted, no error will be thrown for unknown options.
   * @return {Command} `this` command for chaining
   */
  allowUnknownOption(allowUnknown = true) {
    this._allowUnknownOption = !!allowUnknown;
    return this;
  }

  /**
   * Allow excess command-arguments on the command line. Pass false to make excess arguments an error.
   *
   * @param {boolean} [allowExcess] - if `true` or omitted, no error will be thrown for excess arguments.
   * @return {Command} `this` command for chaining
   */
  allowExcessArguments(allowExcess = true) {
    this._allowExcessArguments = !!allowExcess;
    return this;
  }

  /**
   * Enable positional options. Positional means global options are specified before subcommands which lets
   * subcommands reuse the same option names, and also enables subcommands to turn on passThroughOptions.
   * The default behaviour is non-positional and global options may appear anywhere on the command line.
   *
   * @param {boolean} [positional]
   * @return {Command} `this` command for chaining
   */
  enablePositionalOptions(positional = true) {
    this._enablePositionalOptions = !!positional;
    return this;
  }

  /**
   * Pass through options that come after command-arguments rather than treat them as command-options,
   * so actual command-options come before command-arguments. Turning this on for a subcommand requires
   * positional options to have been enabled on the program (parent commands).
   * The default behaviour is non-positional and options may appear before or after command-arguments.
   *
   * @param {boolean} [passThrough] for unknown options.
   * @return {Command} `this` command for chaining
   */
  passThroughOptions(passThrough = true) {
    this._passThroughOptions = !!passThrough;
    this._checkForBrokenPassThrough();
    return this;
  }

  /**
   * @private
   */

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

  /**
   * Whether to store option values as properties on command object,
   * or store separately (specify false). In both cases the option values can be accessed using .opts().
   *
   * @param {boolean} [storeAsProperties=true]
   * @return {Command} `this` command for chaining
   */

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

  /**
   * Retrieve option value.
   *
   * @param {string} key
   * @return {object} value
   */

  getOptionValue(key) {
    if (this._storeOptionsAsProperties) {
      return this[key];
    }
    return this._optionValues[key];
  }

  /**
   * Store option value.
   *
   * @param {string} key
   * @param {object} value
   * @return {Command} `this` command for chaining
   */

  setOptionValue(key, value) {
    return this.setOptionValueWithSource(key, value, undefined);
  }

  /**
   * Store option value and where the value came from.
   *
   * @param {string} key
   * @param {object} value
   * @param {string} source - expected values are default/config/env/cli/implied
   * @return {Command} `this` command for chaining
   */

  setOptionValueWithSource(key, value, source) {
    if (this._storeOptionsAsProperties) {
      this[key] = value;
    } else {
      this._optionValues[key] = value;
    }
    this._optionValueSources[key] = source;
    return this;
  }

  /**
   * Get source of option value.
   * Expected values are default | config | env | cli | implied
   *
   * @param {string} key
   * @return {string}
   */

  getOptionValueSource(key) {
    return this._optionValueSources[key];
  }

  /**
   * Get source of option value. See also .optsWithGlobals().
   * Expected values are default | config | env | cli | implied
   *
   * @param {string} key
   * @return {string}
   */

  getOptionValueSourceWithGlobals(key) {
    // global overwrites local, like optsWithGlobals
    let source;
    this._getCommandAndAncestors().forEach((cmd) => {
      if (cmd.getOptionValueSource(key) !== undefined) {
        source = cmd.getOptionValueSource(key);
      }
    });
    return source;
  }

  /**
   * Get user arguments from implied or explicit arguments.
   * Side-effects: set _scriptPath if args included script. Used for default program name, and subcommand searches.
   *
   * @private
   */

  _prepareUserArgs(argv, parseOptions) {
    if (argv !== undefined && !Array.isArray(argv)) {
      throw new Error('first parameter to parse must be array or undefined');
    }
    parseOptions = parseOptions || {};

    // auto-detect argument conventions if nothing supplied
    if (argv === undefined && parseOptions.from === undefined) {
      if (process.versions?.electron) {
        parseOptions.from = 'electron';
      }
      // check node specific options for scenarios where user CLI args follow executable without scriptname
      const execArgv = process.execArgv ?? [];
      if (
        execArgv.includes('-e') ||
        execArgv.includes('--eval') ||
        execArgv.includes('-p') ||
        execArgv.includes('--print')
      ) {
        parseOptions.from = 'eval'; // internal usage, not documented
      }
    }

    // default to using process.argv
    if (argv === undefined) {
      argv = process.argv;
    }
    this.rawArgs = argv.slice();

    // extract the user args and scriptPath
    let userArgs;
    switch (parseOptions.from) {
      case undefined:
      case 'node':
        this._scriptPath = argv[1];
        userArgs = argv.slice(2);
        break;
      case 'electron':
        // @ts-ignore: because defaultApp is an unknown property
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

    // Find default name for program from arguments.
    if (!this._name && this._scriptPath)
      this.nameFromFilename(this._scriptPath);
    this._name = this._name || 'program';

    return userArgs;
  }

  /**
   * Parse `argv`, setting options and invoking commands when defined.
   *
   * Use parseAsync instead of parse if any of your action handlers are async.
   *
   * Call with no parameters to parse `process.argv`. Detects Electron and special node options like `node --eval`. Easy mode!
   *
   * Or call with an array of strings to parse, and optionally where the user arguments start by specifying where the arguments are `from`:
   * - `'node'`: default, `argv[0]` is the application and `argv[1]` is the script being run, with user arguments after that
   * - `'electron'`: `argv[0]` is the application and `argv[1]` varies depending on whether the electron application is packaged
   * - `'user'`: just user arguments
   *
   * @example
   * program.parse(); // parse process.argv and auto-detect electron and special node flags
   * program.parse(process.argv); // assume argv[0] is app and argv[1] is script
   * program.parse(my-args, { from: 'user' }); // just user supplied arguments, nothing special about argv[0]
   *
   * @param {string[]} [argv] - optional, defaults to process.argv
   * @param {object} [parseOptions] - optionally specify style of options with from: node/user/electron
   * @param {string} [parseOptions.from] - where the args are from: 'node', 'user', 'electron'
   * @return {Command} `this` command for chaining
   */

  parse(argv, parseOptions) {
    this._prepareForParse();
    const userArgs = this._prepareUserArgs(argv, parseOptions);
    this._parseCommand([], userArgs);

    return this;
  }

  /**
   * Parse `argv`, setting options and invoking commands when defined.
   *
   * Call with no parameters to parse `process.argv`. Detects Electron and special node options like `node --eval`. Easy mode!
   *
   * Or call with an array of strings to parse, and optionally where the user arguments start by specifying where the arguments are `from`:
   * - `'node'`: default, `argv[0]` is the application and `argv[1]` is the script being run, with user arguments after that
   * - `'electron'`: `argv[0]` is the application and `argv[1]` varies depending on whether the electron application is packaged
   * - `'user'`: just user arguments
   *
   * @example
   * await program.parseAsync(); // parse process.argv and auto-detect electron and special node flags
   * await program.parseAsync(process.argv); // assume argv[0] is app and argv[1] is script
   * await program.parseAsync(my-args, { from: 'user' }); // just user supplied arguments, nothing special about argv[0]
   *
   * @param {string[]} [argv]
   * @param {object} [parseOptions]
   * @param {string} parseOptions.from - where the args are from: 'node', 'user', 'electron'
   * @return {Promise}
   */

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

  /**
   * Called the first time parse is called to save state and allow a restore before subsequent calls to parse.
   * Not usually called directly, but available for subclasses to save their custom state.
   *
   * This is called in a lazy way. Only commands used in parsing chain will have state saved.
   */
  saveStateBeforeParse() {
    this._savedState = {
      // name is stable if supplied by author, but may be unspecified for root command and deduced during parsing
      _name: this._name,
      // option values before parse have default values (including false for negated options)
      // shallow clones
      _optionValues: { ...this._optionValues },
      _optionValueSources: { ...this._optionValueSources },
    };
  }

  /**
   * Restore state before parse for calls after the first.
   * Not usually called directly, but available for subclasses to save their custom state.
   *
   * This is called in a lazy way. Only commands used in parsing chain will have state restored.
   */
  restoreStateBeforeParse() {
    if (this._storeOptionsAsProperties)
      throw new Error(`Can not call parse again when storeOptionsAsProperties is true.
- either make a new Command for each call to parse, or stop storing options as properties`);

    // clear state from _prepareUserArgs
    this._name = this._savedState._name;
    this._scriptPath = null;
    this.rawArgs = [];
    // clear state from setOptionValueWithSource
    this._optionValues = { ...this._savedState._optionValues };
    this._optionValueSources = { ...this._savedState._optionValueSources };
    // clear state from _parseCommand
    this.args = [];
    // clear state from _processArguments
    this.processedArgs = [];
  }

  /**
   * Throw if expected executable is missing. Add lots of help for author.
   *
   * @param {string} executableFile
   * @param {string} executableDir
   * @param {string} subcommandName
   */
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

  /**
   * Execute a sub-command executable.
   *
   * @private
   */

  _executeSubCommand(subcommand, args) {
    args = args.slice();
    let launchWithNode = false; // Use node for source targets so do not need to get permissions correct, and on Windows.
    const sourceExt = ['.js', '.ts', '.tsx', '.mjs', '.cjs'];

    function findFile(baseDir, baseName) {
      // Look for specified file
      const localBin = path.resolve(baseDir, baseName);
      if (fs.existsSync(localBin)) return localBin;

      // Stop looking if candidate already has an expected extension.
      if (sourceExt.includes(path.extname(baseName))) return undefined;

      // Try all the extensions.
      const foundExt = sourceExt.find((ext) =>
        fs.existsSync(`${localBin}${ext}`),
      );
      if (foundExt) return `${localBin}${foundExt}`;

      return undefined;
    }

    // Not checking for help first. Unlikely to have mandatory and executable, and can't robustly test for help flags in external command.
    this._checkForMissingMandatoryOptions();
    this._checkForConflictingOptions();

    // executableFile and executableDir might be full path, or just a name
    let executableFile =
      subcommand._executableFile || `${this._name}-${subcommand._name}`;
    let executableDir = this._executableDir || '';
    if (this._scriptPath) {
      let resolvedScriptPath; // resolve possible symlink for installed npm binary
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

    // Look for a local file in preference to a command in PATH.
    if (executableDir) {
      let localFile = findFile(executableDir, executableFile);

      // Legacy search using prefix of script name instead of command name
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
        // add executable arguments to spawn
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
      // add executable arguments to spawn
      args = incrementNodeInspectorPort(process.execArgv).concat(args);
      proc = childProcess.spawn(process.execPath, args, { stdio: 'inherit' });
    }

    if (!proc.killed) {
      // testing mainly to avoid leak warnings during unit tests with mocked spawn
      const signals = ['SIGUSR1', 'SIGUSR2', 'SIGTERM', 'SIGINT', 'SIGHUP'];
      signals.forEach((signal) => {
        process.on(signal, () => {
          if (proc.killed === false && proc.exitCode === null) {
            // @ts-ignore because signals not typed to known strings
            proc.kill(signal);
          }
        });
      });
    }

    // By default terminate process when spawned process terminates.
    const exitCallback = this._exitCallback;
    proc.on('close', (code) => {
      code = code ?? 1; // code is null if spawned process terminated due to a signal
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
      // @ts-ignore: because err.code is an unknown property
      if (err.code === 'ENOENT') {
        this._checkForMissingExecutable(
          executableFile,
          executableDir,
          subcommand._name,
        );
        // @ts-ignore: because err.code is an unknown property
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

    // Store the reference to the child process
    this.runningCommand = proc;
  }

  /**
   * @private
   */

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
    promiseChain = this._chainOrCall(promiseChain, () => {
      if (subCommand._executableHandler) {
        this._executeSubCommand(subCommand, operands.concat(unknown));
      } else {
        return subCommand._parseCommand(operands, unknown);
      }
    });
    return promiseChain;
  }

  /**
   * Invoke help directly if possible, or dispatch if necessary.
   * e.g. help foo
   *
   * @private
   */

  _dispatchHelpCommand(subcommandName) {
    if (!subcommandName) {
      this.help();
    }
    const subCommand = this._findCommand(subcommandName);
    if (subCommand && !subCommand._executableHandler) {
      subCommand.help();
    }

    // Fallback to parsing the help flag to invoke the help.
    return this._dispatchSubcommand(
      subcommandName,
      [],
      [this._getHelpOption()?.long ?? this._getHelpOption()?.short ?? '--help'],
    );
  }

  /**
   * Check this.args against expected this.registeredArguments.
   *
   * @private
   */

  _checkNumberOfArguments() {
    // too few
    this.registeredArguments.forEach((arg, i) => {
      if (arg.required && this.args[i] == null) {
        this.missingArgument(arg.name());
      }
    });
    // too many
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

  /**
   * Process this.args using this.registeredArguments and save as this.processedArgs!
   *
   * @private
   */

  _processArguments() {
    const myParseArg = (argument, value, previous) => {
      // Extra processing for nice error message on parsing failure.
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
        // Collect together remaining arguments for passing together as an array.
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

  /**
   * Once we have a promise we chain, but call synchronously until then.
   *
   * @param {(Promise|undefined)} promise
   * @param {Function} fn
   * @return {(Promise|undefined)}
   * @private
   */

  _chainOrCall(promise, fn) {
    // thenable
    if (promise?.then && typeof promise.then === 'function') {
      // already have a promise, chain callback
      return promise.then(() => fn());
    }
    // callback might return a promise
    return fn();
  }

  /**
   *
   * @param {(Promise|undefined)} promise
   * @param {string} event
   * @return {(Promise|undefined)}
   * @private
   */

  _chainOrCallHooks(promise, event) {
    let result = promise;
    const hooks = [];
    this._getCommandAndAncestors()
      .reverse()
      .filter((cmd) => cmd._lifeCycleHooks[event] !== undefined)
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

  /**
   *
   * @param {(Promise|undefined)} promise
   * @param {Command} subCommand
   * @param {string} event
   * @return {(Promise|undefined)}
   * @private
   */

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

  /**
   * Process arguments in context of this command.
   * Returns action result, in case it is a promise.
   *
   * @private
   */

  _parseCommand(operands, unknown) {
    const parsed = this.parseOptions(unknown);
    this._parseOptionsEnv(); // after cli, so parseArg not called on both cli and env
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
      this._outputHelpIfRequested(unknown); // Run the help for default command from parent rather than passing to default command
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
      // probably missing subcommand and no handler, user needs help (and exit)
      this.help({ error: true });
    }

    this._outputHelpIfRequested(parsed.unknown);
    this._checkForMissingMandatoryOptions();
    this._checkForConflictingOptions();

    // We do not always call this check to avoid masking a "better" error, like unknown command.
    const checkForUnknownOptions = () => {
      if (parsed.unknown.length > 0) {
        this.unknownOption(parsed.unknown[0]);
      }
    };

    const commandEvent = `command:${this.name()}`;
    if (this._actionHandler) {
      checkForUnknownOptions();
      this._processArguments();

      let promiseChain;
      promiseChain = this._chainOrCallHooks(promiseChain, 'preAction');
      promiseChain = this._chainOrCall(promiseChain, () =>
        this._actionHandler(this.processedArgs),
      );
      if (this.parent) {
        promiseChain = this._chainOrCall(promiseChain, () => {
          this.parent.emit(commandEvent, operands, unknown); // legacy
        });
      }
      promiseChain = this._chainOrCallHooks(promiseChain, 'postAction');
      return promiseChain;
    }
    if (this.parent?.listenerCount(commandEvent)) {
      checkForUnknownOptions();
      this._processArguments();
      this.parent.emit(commandEvent, operands, unknown); // legacy
    } else if (operands.length) {
      if (this._findCommand('*')) {
        // legacy default command
        return this._dispatchSubcommand('*', operands, unknown);
      }
      if (this.listenerCount('command:*')) {
        // skip option check, emit event for possible misspelling suggestion
        this.emit('command:*', operands, unknown);
      } else if (this.commands.length) {
        this.unknownCommand();
      } else {
        checkForUnknownOptions();
        this._processArguments();
      }
    } else if (this.commands.length) {
      checkForUnknownOptions();
      // This command has subcommands and nothing hooked up at this level, so display help (and exit).
      this.help({ error: true });
    } else {
      checkForUnknownOptions();
      this._processArguments();
      // fall through for caller to handle after calling .parse()
    }
  }

  /**
   * Find matching command.
   *
   * @private
   * @return {Command | undefined}
   */
  _findCommand(name) {
    if (!name) return undefined;
    return this.commands.find(
      (cmd) => cmd._name === name || cmd._aliases.includes(name),
    );
  }

  /**
   * Return an option matching `arg` if any.
   *
   * @param {string} arg
   * @return {Option}
   * @package
   */

  _findOption(arg) {
    return this.options.find((option) => option.is(arg));
  }

  /**
   * Display an error message if a mandatory option does not have a value.
   * Called after checking for help flags in leaf subcommand.
   *
   * @private
   */

  _checkForMissingMandatoryOptions() {
    // Walk up hierarchy so can call in subcommand after checking for displaying help.
    this._getCommandAndAncestors().forEach((cmd) => {
      cmd.options.forEach((anOption) => {
        if (
          anOption.mandatory &&
          cmd.getOptionValue(anOption.attributeName()) === undefined
        ) {
          cmd.missingMandatoryOptionValue(anOption);
        }
      });
    });
  }

  /**
   * Display an error message if conflicting options are used together in this.
   *
   * @private
   */
  _checkForConflictingLocalOptions() {
    const definedNonDefaultOptions = this.options.filter((option) => {
      const optionKey = option.attributeName();
      if (this.getOptionValue(optionKey) === undefined) {
        return false;
      }
      return this.getOptionValueSource(optionKey) !== 'default';
    });

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

  /**
   * Display an error message if conflicting options are used together.
   * Called after checking for help flags in leaf subcommand.
   *
   * @private
   */
  _checkForConflictingOptions() {
    // Walk up hierarchy so can call in subcommand after checking for displaying help.
    this._getCommandAndAncestors().forEach((cmd) => {
      cmd._checkForConflictingLocalOptions();
    });
  }

  /**
   * Parse options from `argv` removing known options,
   * and return argv split into operands and unknown arguments.
   *
   * Side effects: modifies command by storing options. Does not reset state if called again.
   *
   * Examples:
   *
   *     argv => operands, unknown
   *     --known kkk op => [op], []
   *     op --known kkk => [op], []
   *     sub --unknown uuu op => [sub], [--unknown uuu op]
   *     sub -- --unknown uuu op => [sub --unknown uuu op], []
   *
   * @param {string[]} args
   * @return {{operands: string[], unknown: string[]}}
   */

  parseOptions(args) {
    const operands = []; // operands, not options or values
    const unknown = []; // first unknown option and remaining unknown args
    let dest = operands;

    function maybeOption(arg) {
      return arg.length > 1 && arg[0] === '-';
    }

    const negativeNumberArg = (arg) => {
      // return false if not a negative number
      if (!/^-(\d+|\d*\.\d+)(e[+-]?\d+)?$/.test(arg)) return false;
      // negative number is ok unless digit used as an option in command hierarchy
      return !this._getCommandAndAncestors().some((cmd) =>
        cmd.options
          .map((opt) => opt.short)
          .some((short) => /^-\d$/.test(short)),
      );
    };

    // parse options
    let activeVariadicOption = null;
    let activeGroup = null; // working through group of short options, like -abc
    let i = 0;
    while (i < args.length || activeGroup) {
      const arg = activeGroup ?? args[i++];
      activeGroup = null;

      // literal
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
        // recognised option, call listener to assign value with possible custom processing
        if (option) {
          if (option.required) {
            const value = args[i++];
            if (value === undefined) this.optionMissingArgument(option);
            this.emit(`option:${option.name()}`, value);
          } else if (option.optional) {
            let value = null;
            // historical behaviour is optional value is following arg unless an option
            if (
              i < args.length &&
              (!maybeOption(args[i]) || negativeNumberArg(args[i]))
            ) {
              value = args[i++];
            }
            this.emit(`option:${option.name()}`, value);
          } else {
            // boolean flag
            this.emit(`option:${option.name()}`);
          }
          activeVariadicOption = option.variadic ? option : null;
          continue;
        }
      }

      // Look for combo options following single dash, eat first one if known.
      if (arg.length > 2 && arg[0] === '-' && arg[1] !== '-') {
        const option = this._findOption(`-${arg[1]}`);
        if (option) {
          if (
            option.required ||
            (option.optional && this._combineFlagAndOptionalValue)
          ) {
            // option with value following in same argument
            this.emit(`option:${option.name()}`, arg.slice(2));
          } else {
            // boolean option
            this.emit(`option:${option.name()}`);
            // remove the processed option and keep processing group
            activeGroup = `-${arg.slice(2)}`;
          }
          continue;
        }
      }

      // Look for known long flag with value, like --foo=bar
      if (/^--[^=]+=/.test(arg)) {
        const index = arg.indexOf('=');
        const option = this._findOption(arg.slice(0, index));
        if (option && (option.required || option.optional)) {
          this.emit(`option:${option.name()}`, arg.slice(index + 1));
          continue;
        }
      }

      // Not a recognised option by this command.
      // Might be a command-argument, or subcommand option, or unknown option, or help command or option.

      // An unknown option means further arguments also classified as unknown so can be reprocessed by subcommands.
      // A negative number in a leaf command is not an unknown option.
      if (
        dest === operands &&
        maybeOption(arg) &&
        !(this.commands.length === 0 && negativeNumberArg(arg))
      ) {
        dest = unknown;
      }

      // If using positionalOptions, stop processing our options at subcommand.
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

      // If using passThroughOptions, stop processing options at first command-argument.
      if (this._passThroughOptions) {
        dest.push(arg, ...args.slice(i));
        break;
      }

      // add arg
      dest.push(arg);
    }

    return { operands, unknown };
  }

  /**
   * Return an object containing local option values as key-value pairs.
   *
   * @return {object}
   */
  opts() {
    if (this._storeOptionsAsProperties) {
      // Preserve original behaviour so backwards compatible when still using properties
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

  /**
   * Return an object containing merged local and global option values as key-value pairs.
   *
   * @return {object}
   */
  optsWithGlobals() {
    // globals overwrite locals
    return this._getCommandAndAncestors().reduce(
      (combinedOptions, cmd) => Object.assign(combinedOptions, cmd.opts()),
      {},
    );
  }

  /**
   * Display error message and exit (or call exitOverride).
   *
   * @param {string} message
   * @param {object} [errorOptions]
   * @param {string} [errorOptions.code] - an id string representing the error
   * @param {number} [errorOptions.exitCode] - used with process.exit
   */
  error(message, errorOptions) {
    // output handling
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

    // exit handling
    const config = errorOptions || {};
    const exitCode = config.exitCode || 1;
    const code = config.code || 'commander.error';
    this._exit(exitCode, code, message);
  }

  /**
   * Apply any option related environment variables, if option does
   * not have a value from cli or client code.
   *
   * @private
   */
  _parseOptionsEnv() {
    this.options.forEach((option) => {
      if (option.envVar && option.envVar in process.env) {
        const optionKey = option.attributeName();
        // Priority check. Do not overwrite cli or options from unknown source (client-code).
        if (
          this.getOptionValue(optionKey) === undefined ||
          ['default', 'config', 'env'].includes(
            this.getOptionValueSource(optionKey),
          )
        ) {
          if (option.required || option.optional) {
            // option can take a value
            // keep very simple, optional always takes value
            this.emit(`optionEnv:${option.name()}`, process.env[option.envVar]);
          } else {
            // boolean
            // keep very simple, only care that envVar defined and not the value
            this.emit(`optionEnv:${option.name()}`);
          }
        }
      }
    });
  }

  /**
   * Apply any implied option values, if option is undefined or default value.
   *
   * @private
   */
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
        (option) =>
          option.implied !== undefined &&
          hasCustomOptionValue(option.attributeName()) &&
          dualHelper.valueFromOption(
            this.getOptionValue(option.attributeName()),
            option,
          ),
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

  /**
   * Argument `name` is missing.
   *
   * @param {string} name
   * @private
   */

  missingArgument(name) {
    const message = `error: missing required argument '${name}'`;
    this.error(message, { code: 'commander.missingArgument' });
  }

  /**
   * `Option` is missing an argument.
   *
   * @param {Option} option
   * @private
   */

  optionMissingArgument(option) {
    const message = `error: option '${option.flags}' argument missing`;
    this.error(message, { code: 'commander.optionMissingArgument' });
  }

  /**
   * `Option` does not have a value, and is a mandatory option.
   *
   * @param {Option} option
   * @private
   */

  missingMandatoryOptionValue(option) {
    const message = `error: required option '${option.flags}' not specified`;
    this.error(message, { code: 'commander.missingMandatoryOptionValue' });
  }

  /**
   * `Option` conflicts with another option.
   *
   * @param {Option} option
   * @param {Option} conflictingOption
   * @private
   */
  _conflictingOption(option, conflictingOption) {
    // The calling code does not know whether a negated option is the source of the
    // value, so do some work to take an educated guess.
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

  /**
   * Unknown option `flag`.
   *
   * @param {string} flag
   * @private
   */

  unknownOption(flag) {
    if (this._allowUnknownOption) return;
    let suggestion = '';

    if (flag.startsWith('--') && this._showSuggestionAfterError) {
      // Looping to pick up the global options too
      let candidateFlags = [];
      // eslint-disable-next-line @typescript-eslint/no-this-alias
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

  /**
   * Excess arguments, more than expected.
   *
   * @param {string[]} receivedArgs
   * @private
   */

  _excessArguments(receivedArgs) {
    if (this._allowExcessArguments) return;

    const expected = this.registeredArguments.length;
    const s = expected === 1 ? '' : 's';
    const forSubcommand = this.parent ? ` for '${this.name()}'` : '';
    const message = `error: too many arguments${forSubcommand}. Expected ${expected} argument${s} but got ${receivedArgs.length}.`;
    this.error(message, { code: 'commander.excessArguments' });
  }

  /**
   * Unknown command.
   *
   * @private
   */

  unknownCommand() {
    const unknownName = this.args[0];
    let suggestion = '';

    if (this._showSuggestionAfterError) {
      const candidateNames = [];
      this.createHelp()
        .visibleCommands(this)
        .forEach((command) => {
          candidateNames.push(command.name());
          // just visible alias
          if (command.alias()) candidateNames.push(command.alias());
        });
      suggestion = suggestSimilar(unknownName, candidateNames);
    }

    const message = `error: unknown command '${unknownName}'${suggestion}`;
    this.error(message, { code: 'commander.unknownCommand' });
  }

  /**
   * Get or set the program version.
   *
   * This method auto-registers the "-V, --version" option which will print the version number.
   *
   * You can optionally supply the flags and description to override the defaults.
   *
   * @param {string} [str]
   * @param {string} [flags]
   * @param {string} [description]
   * @return {(this | string | undefined)} `this` command for chaining, or version string if no arguments
   */

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

  /**
   * Set the description.
   *
   * @param {string} [str]
   * @param {object} [argsDescription]
   * @return {(string|Command)}
   */
  description(str, argsDescription) {
    if (str === undefined && argsDescription === undefined)
      return this._description;
    this._description = str;
    if (argsDescription) {
      this._argsDescription = argsDescription;
    }
    return this;
  }

  /**
   * Set the summary. Used when listed as subcommand of parent.
   *
   * @param {string} [str]
   * @return {(string|Command)}
   */
  summary(str) {
    if (str === undefined) return this._summary;
    this._summary = str;
    return this;
  }

  /**
   * Set an alias for the command.
   *
   * You may call more than once to add multiple aliases. Only the first alias is shown in the auto-generated help.
   *
   * @param {string} [alias]
   * @return {(string|Command)}
   */

  alias(alias) {
    if (alias === undefined) return this._aliases[0]; // just return first, for backwards compatibility

    /** @type {Command} */
    // eslint-disable-next-line @typescript-eslint/no-this-alias
    let command = this;
    if (
      this.commands.length !== 0 &&
      this.commands[this.commands.length - 1]._executableHandler
    ) {
      // assume adding alias for last added executable subcommand, rather than this
      command = this.commands[this.commands.length - 1];
    }

    if (alias === command._name)
      throw new Error("Command alias can't be the same as its name");
    const matchingCommand = this.parent?._findCommand(alias);
    if (matchingCommand) {
      // c.f. _registerCommand
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

  /**
   * Set aliases for the command.
   *
   * Only the first alias is shown in the auto-generated help.
   *
   * @param {string[]} [aliases]
   * @return {(string[]|Command)}
   */

  aliases(aliases) {
    // Getter for the array of aliases is the main reason for having aliases() in addition to alias().
    if (aliases === undefined) return this._aliases;

    aliases.forEach((alias) => this.alias(alias));
    return this;
  }

  /**
   * Set / get the command usage `str`.
   *
   * @param {string} [str]
   * @return {(string|Command)}
   */

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

  /**
   * Get or set the name of the command.
   *
   * @param {string} [str]
   * @return {(string|Command)}
   */

  name(str) {
    if (str === undefined) return this._name;
    this._name = str;
    return this;
  }

  /**
   * Set/get the help group heading for this subcommand in parent command's help.
   *
   * @param {string} [heading]
   * @return {Command | string}
   */

  helpGroup(heading) {
    if (heading === undefined) return this._helpGroupHeading ?? '';
    this._helpGroupHeading = heading;
    return this;
  }

  /**
   * Set/get the default help group heading for subcommands added to this command.
   * (This does not override a group set directly on the subcommand using .helpGroup().)
   *
   * @example
   * program.commandsGroup('Development Commands:);
   * program.command('watch')...
   * program.command('lint')...
   * ...
   *
   * @param {string} [heading]
   * @returns {Command | string}
   */
  commandsGroup(heading) {
    if (heading === undefined) return this._defaultCommandGroup ?? '';
    this._defaultCommandGroup = heading;
    return this;
  }

  /**
   * Set/get the default help group heading for options added to this command.
   * (This does not override a group set directly on the option using .helpGroup().)
   *
   * @example
   * program
   *   .optionsGroup('Development Options:')
   *   .option('-d, --debug', 'output extra debugging')
   *   .option('-p, --profile', 'output profiling information')
   *
   * @param {string} [heading]
   * @returns {Command | string}
   */
  optionsGroup(heading) {
    if (heading === undefined) return this._defaultOptionGroup ?? '';
    this._defaultOptionGroup = heading;
    return this;
  }

  /**
   * @param {Option} option
   * @private
   */
  _initOptionGroup(option) {
    if (this._defaultOptionGroup && !option.helpGroupHeading)
      option.helpGroup(this._defaultOptionGroup);
  }

  /**
   * @param {Command} cmd
   * @private
   */
  _initCommandGroup(cmd) {
    if (this._defaultCommandGroup && !cmd.helpGroup())
      cmd.helpGroup(this._defaultCommandGroup);
  }

  /**
   * Set the name of the command from script filename, such as process.argv[1],
   * or require.main.filename, or __filename.
   *
   * (Used internally and public although not documented in README.)
   *
   * @example
   * program.nameFromFilename(require.main.filename);
   *
   * @param {string} filename
   * @return {Command}
   */

  nameFromFilename(filename) {
    this._name = path.basename(filename, path.extname(filename));

    return this;
  }

  /**
   * Get or set the directory for searching for executable subcommands of this command.
   *
   * @example
   * program.executableDir(__dirname);
   * // or
   * program.executableDir('subcommands');
   *
   * @param {string} [path]
   * @return {(string|null|Command)}
   */

  executableDir(path) {
    if (path === undefined) return this._executableDir;
    this._executableDir = path;
    return this;
  }

  /**
   * Return program help documentation.
   *
   * @param {{ error: boolean }} [contextOptions] - pass {error:true} to wrap for stderr instead of stdout
   * @return {string}
   */

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

  /**
   * @typedef HelpContext
   * @type {object}
   * @property {boolean} error
   * @property {number} helpWidth
   * @property {boolean} hasColors
   * @property {function} write - includes stripColor if needed
   *
   * @returns {HelpContext}
   * @private
   */

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

  /**
   * Output help information for this command.
   *
   * Outputs built-in help, and custom text added using `.addHelpText()`.
   *
   * @param {{ error: boolean } | Function} [contextOptions] - pass {error:true} to write to stderr instead of stdout
   */

  outputHelp(contextOptions) {
    let deprecatedCallback;
    if (typeof contextOptions === 'function') {
      deprecatedCallback = contextOptions;
      contextOptions = undefined;
    }

    const outputContext = this._getOutputContext(contextOptions);
    /** @type {HelpTextEventContext} */
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
      this.emit(this._getHelpOption().long); // deprecated
    }
    this.emit('afterHelp', eventContext);
    this._getCommandAndAncestors().forEach((command) =>
      command.emit('afterAllHelp', eventContext),
    );
  }

  /**
   * You can pass in flags and a description to customise the built-in help option.
   * Pass in false to disable the built-in help option.
   *
   * @example
   * program.helpOption('-?, --help' 'show help'); // customise
   * program.helpOption(false); // disable
   *
   * @param {(string | boolean)} flags
   * @param {string} [description]
   * @return {Command} `this` command for chaining
   */

  helpOption(flags, description) {
    // Support enabling/disabling built-in help option.
    if (typeof flags === 'boolean') {
      if (flags) {
        if (this._helpOption === null) this._helpOption = undefined; // reenable
        if (this._defaultOptionGroup) {
          // make the option to store the group
          this._initOptionGroup(this._getHelpOption());
        }
      } else {
        this._helpOption = null; // disable
      }
      return this;
    }

    // Customise flags and description.
    this._helpOption = this.createOption(
      flags ?? '-h, --help',
      description ?? 'display help for command',
    );
    // init group unless lazy create
    if (flags || description) this._initOptionGroup(this._helpOption);

    return this;
  }

  /**
   * Lazy create help option.
   * Returns null if has been disabled with .helpOption(false).
   *
   * @returns {(Option | null)} the help option
   * @package
   */
  _getHelpOption() {
    // Lazy create help option on demand.
    if (this._helpOption === undefined) {
      this.helpOption(undefined, undefined);
    }
    return this._helpOption;
  }

  /**
   * Supply your own option to use for the built-in help option.
   * This is an alternative to using helpOption() to customise the flags and description etc.
   *
   * @param {Option} option
   * @return {Command} `this` command for chaining
   */
  addHelpOption(option) {
    this._helpOption = option;
    this._initOptionGroup(option);
    return this;
  }

  /**
   * Output help information and exit.
   *
   * Outputs built-in help, and custom text added using `.addHelpText()`.
   *
   * @param {{ error: boolean }} [contextOptions] - pass {error:true} to write to stderr instead of stdout
   */

  help(contextOptions) {
    this.outputHelp(contextOptions);
    let exitCode = Number(process.exitCode ?? 0); // process.exitCode does allow a string or an integer, but we prefer just a number
    if (
      exitCode === 0 &&
      contextOptions &&
      typeof contextOptions !== 'function' &&
      contextOptions.error
    ) {
      exitCode = 1;
    }
    // message: do not have all displayed text available so only passing placeholder.
    this._exit(exitCode, 'commander.help', '(outputHelp)');
  }

  /**
   * // Do a little typing to coordinate emit and listener for the help text events.
   * @typedef HelpTextEventContext
   * @type {object}
   * @property {boolean} error
   * @property {Command} command
   * @property {function} write
   */

  /**
   * Add additional text to be displayed with the built-in help.
   *
   * Position is 'before' or 'after' to affect just this command,
   * and 'beforeAll' or 'afterAll' to affect this command and all its subcommands.
   *
   * @param {string} position - before or after built-in help
   * @param {(string | Function)} text - string to add, or a function returning a string
   * @return {Command} `this` command for chaining
   */

  addHelpText(position, text) {
    const allowedValues = ['beforeAll', 'before', 'after', 'afterAll'];
    if (!allowedValues.includes(position)) {
      throw new Error(`Unexpected value for position to addHelpText.
Expecting one of '${allowedValues.join("', '")}'`);
    }

    const helpEvent = `${position}Help`;
    this.on(helpEvent, (/** @type {HelpTextEventContext} */ context) => {
      let helpStr;
      if (typeof text === 'function') {
        helpStr = text({ error: context.error, command: context.command });
      } else {
        helpStr = text;
      }
      // Ignore falsy value when nothing to output.
      if (helpStr) {
        context.write(`${helpStr}\n`);
      }
    });
    return this;
  }

  /**
   * Output help information if help flags specified
   *
   * @param {Array} args - array of options to search for help flags
   * @private
   */

  _outputHelpIfRequested(args) {
    const helpOption = this._getHelpOption();
    const helpRequested = helpOption && args.find((arg) => helpOption.is(arg));
    if (helpRequested) {
      this.outputHelp();
      // (Do not have all displayed text available so only passing placeholder.)
      this._exit(0, 'commander.helpDisplayed', '(outputHelp)');
    }
  }
}

/**
 * Scan arguments and increment port number for inspect calls (to avoid conflicts when spawning new command).
 *
 * @param {string[]} args - array of arguments from node.execArgv
 * @returns {string[]}
 * @private
 */

function incrementNodeInspectorPort(args) {
  // Testing for these options:
  //  --inspect[=[host:]port]
  //  --inspect-brk[=[host:]port]
  //  --inspect-port=[host:]port
  return args.map((arg) => {
    if (!arg.startsWith('--inspect')) {
      return arg;
    }
    let debugOption;
    let debugHost = '127.0.0.1';
    let debugPort = '9229';
    let match;
    if ((match = arg.match(/^(--inspect(-brk)?)$/)) !== null) {
      // e.g. --inspect
      debugOption = match[1];
    } else if (
      (match = arg.match(/^(--inspect(-brk|-port)?)=([^:]+)$/)) !== null
    ) {
      debugOption = match[1];
      if (/^\d+$/.test(match[3])) {
        // e.g. --inspect=1234
        debugPort = match[3];
      } else {
        // e.g. --inspect=localhost
        debugHost = match[3];
      }
    } else if (
      (match = arg.match(/^(--inspect(-brk|-port)?)=([^:]+):(\d+)$/)) !== null
    ) {
      // e.g. --inspect=localhost:1234
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

/**
 * @returns {boolean | undefined}
 * @package
 */
function useColor() {
  // Test for common conventions.
  // NB: the observed behaviour is in combination with how author adds color! For example:
  //   - we do not test NODE_DISABLE_COLORS, but util:styletext does
  //   - we do test NO_COLOR, but Chalk does not
  //
  // References:
  // https://no-color.org
  // https://bixense.com/clicolors/
  // https://github.com/nodejs/node/blob/0a00217a5f67ef4a22384cfc80eb6dd9a917fdc1/lib/internal/tty.js#L109
  // https://github.com/chalk/supports-color/blob/c214314a14bcb174b12b3014b2b0a8de375029ae/index.js#L33
  // (https://force-color.org recent web page from 2023, does not match major javascript implementations)

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
exports.useColor = useColor; // exporting for tests


/***/ }),

/***/ 9073:
/***/ ((__unused_webpack_module, exports) => {

/**
 * CommanderError class
 */
class CommanderError extends Error {
  /**
   * Constructs the CommanderError class
   * @param {number} exitCode suggested exit code which could be used with process.exit
   * @param {string} code an id string representing the error
   * @param {string} message human-readable description of the error
   */
  constructor(exitCode, code, message) {
    super(message);
    // properly capture stack trace in Node.js
    Error.captureStackTrace(this, this.constructor);
    this.name = this.constructor.name;
    this.code = code;
    this.exitCode = exitCode;
    this.nestedError = undefined;
  }
}

/**
 * InvalidArgumentError class
 */
class InvalidArgumentError extends CommanderError {
  /**
   * Constructs the InvalidArgumentError class
   * @param {string} [message] explanation of why argument is invalid
   */
  constructor(message) {
    super(1, 'commander.invalidArgument', message);
    // properly capture stack trace in Node.js
    Error.captureStackTrace(this, this.constructor);
    this.name = this.constructor.name;
  }
}

exports.CommanderError = CommanderError;
exports.InvalidArgumentError = InvalidArgumentError;


/***/ }),

/***/ 5632:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {

const { humanReadableArgName } = __nccwpck_require__(4100);

/**
 * TypeScript import types for JSDoc, used by Visual Studio Code IntelliSense and `npm run typescript-checkJS`
 * https://www.typescriptlang.org/docs/handbook/jsdoc-supported-types.html#import-types
 * @typedef { import("./argument.js").Argument } Argument
 * @typedef { import("./command.js").Command } Command
 * @typedef { import("./option.js").Option } Option
 */

// Although this is a class, methods are static in style to allow override using subclass or just functions.
class Help {
  constructor() {
    this.helpWidth = undefined;
    this.minWidthToWrap = 40;
    this.sortSubcommands = false;
    this.sortOptions = false;
    this.showGlobalOptions = false;
  }

  /**
   * prepareContext is called by Commander after applying overrides from `Command.configureHelp()`
   * and just before calling `formatHelp()`.
   *
   * Commander just uses the helpWidth and the rest is provided for optional use by more complex subclasses.
   *
   * @param {{ error?: boolean, helpWidth?: number, outputHasColors?: boolean }} contextOptions
   */
  prepareContext(contextOptions) {
    this.helpWidth = this.helpWidth ?? contextOptions.helpWidth ?? 80;
  }

  /**
   * Get an array of the visible subcommands. Includes a placeholder for the implicit help command, if there is one.
   *
   * @param {Command} cmd
   * @returns {Command[]}
   */

  visibleCommands(cmd) {
    const visibleCommands = cmd.commands.filter((cmd) => !cmd._hidden);
    const helpCommand = cmd._getHelpCommand();
    if (helpCommand && !helpCommand._hidden) {
      visibleCommands.push(helpCommand);
    }
    if (this.sortSubcommands) {
      visibleCommands.sort((a, b) => {
        // @ts-ignore: because overloaded return type
        return a.name().localeCompare(b.name());
      });
    }
    return visibleCommands;
  }

  /**
   * Compare options for sort.
   *
   * @param {Option} a
   * @param {Option} b
   * @returns {number}
   */
  compareOptions(a, b) {
    const getSortKey = (option) => {
      // WYSIWYG for order displayed in help. Short used for comparison if present. No special handling for negated.
      return option.short
        ? option.short.replace(/^-/, '')
        : option.long.replace(/^--/, '');
    };
    return getSortKey(a).localeCompare(getSortKey(b));
  }

  /**
   * Get an array of the visible options. Includes a placeholder for the implicit help option, if there is one.
   *
   * @param {Command} cmd
   * @returns {Option[]}
   */

  visibleOptions(cmd) {
    const visibleOptions = cmd.options.filter((option) => !option.hidden);
    // Built-in help option.
    const helpOption = cmd._getHelpOption();
    if (helpOption && !helpOption.hidden) {
      // Automatically hide conflicting flags. Bit dubious but a historical behaviour that is convenient for single-command programs.
      const removeShort = helpOption.short && cmd._findOption(helpOption.short);
      const removeLong = helpOption.long && cmd._findOption(helpOption.long);
      if (!removeShort && !removeLong) {
        visibleOptions.push(helpOption); // no changes needed
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

  /**
   * Get an array of the visible global options. (Not including help.)
   *
   * @param {Command} cmd
   * @returns {Option[]}
   */

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

  /**
   * Get an array of the arguments if any have a description.
   *
   * @param {Command} cmd
   * @returns {Argument[]}
   */

  visibleArguments(cmd) {
    // Side effect! Apply the legacy descriptions before the arguments are displayed.
    if (cmd._argsDescription) {
      cmd.registeredArguments.forEach((argument) => {
        argument.description =
          argument.description || cmd._argsDescription[argument.name()] || '';
      });
    }

    // If there are any arguments with a description then return all the arguments.
    if (cmd.registeredArguments.find((argument) => argument.description)) {
      return cmd.registeredArguments;
    }
    return [];
  }

  /**
   * Get the command term to show in the list of subcommands.
   *
   * @param {Command} cmd
   * @returns {string}
   */

  subcommandTerm(cmd) {
    // Legacy. Ignores custom usage string, and nested commands.
    const args = cmd.registeredArguments
      .map((arg) => humanReadableArgName(arg))
      .join(' ');
    return (
      cmd._name +
      (cmd._aliases[0] ? '|' + cmd._aliases[0] : '') +
      (cmd.options.length ? ' [options]' : '') + // simplistic check for non-help option
      (args ? ' ' + args : '')
    );
  }

  /**
   * Get the option term to show in the list of options.
   *
   * @param {Option} option
   * @returns {string}
   */

  optionTerm(option) {
    return option.flags;
  }

  /**
   * Get the argument term to show in the list of arguments.
   *
   * @param {Argument} argument
   * @returns {string}
   */

  argumentTerm(argument) {
    return argument.name();
  }

  /**
   * Get the longest command term length.
   *
   * @param {Command} cmd
   * @param {Help} helper
   * @returns {number}
   */

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

  /**
   * Get the longest option term length.
   *
   * @param {Command} cmd
   * @param {Help} helper
   * @returns {number}
   */

  longestOptionTermLength(cmd, helper) {
    return helper.visibleOptions(cmd).reduce((max, option) => {
      return Math.max(
        max,
        this.displayWidth(helper.styleOptionTerm(helper.optionTerm(option))),
      );
    }, 0);
  }

  /**
   * Get the longest global option term length.
   *
   * @param {Command} cmd
   * @param {Help} helper
   * @returns {number}
   */

  longestGlobalOptionTermLength(cmd, helper) {
    return helper.visibleGlobalOptions(cmd).reduce((max, option) => {
      return Math.max(
        max,
        this.displayWidth(helper.styleOptionTerm(helper.optionTerm(option))),
      );
    }, 0);
  }

  /**
   * Get the longest argument term length.
   *
   * @param {Command} cmd
   * @param {Help} helper
   * @returns {number}
   */

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

  /**
   * Get the command usage to be displayed at the top of the built-in help.
   *
   * @param {Command} cmd
   * @returns {string}
   */

  commandUsage(cmd) {
    // Usage
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

  /**
   * Get the description for the command.
   *
   * @param {Command} cmd
   * @returns {string}
   */

  commandDescription(cmd) {
    // @ts-ignore: because overloaded return type
    return cmd.description();
  }

  /**
   * Get the subcommand summary to show in the list of subcommands.
   * (Fallback to description for backwards compatibility.)
   *
   * @param {Command} cmd
   * @returns {string}
   */

  subcommandDescription(cmd) {
    // @ts-ignore: because overloaded return type
    return cmd.summary() || cmd.description();
  }

  /**
   * Get the option description to show in the list of options.
   *
   * @param {Option} option
   * @return {string}
   */

  optionDescription(option) {
    const extraInfo = [];

    if (option.argChoices) {
      extraInfo.push(
        // use stringify to match the display of the default value
        `choices: ${option.argChoices.map((choice) => JSON.stringify(choice)).join(', ')}`,
      );
    }
    if (option.defaultValue !== undefined) {
      // default for boolean and negated more for programmer than end user,
      // but show true/false for boolean option as may be for hand-rolled env or config processing.
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
    // preset for boolean and negated are more for programmer than end user
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

  /**
   * Get the argument description to show in the list of arguments.
   *
   * @param {Argument} argument
   * @return {string}
   */

  argumentDescription(argument) {
    const extraInfo = [];
    if (argument.argChoices) {
      extraInfo.push(
        // use stringify to match the display of the default value
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

  /**
   * Format a list of items, given a heading and an array of formatted items.
   *
   * @param {string} heading
   * @param {string[]} items
   * @param {Help} helper
   * @returns string[]
   */
  formatItemList(heading, items, helper) {
    if (items.length === 0) return [];

    return [helper.styleTitle(heading), ...items, ''];
  }

  /**
   * Group items by their help group heading.
   *
   * @param {Command[] | Option[]} unsortedItems
   * @param {Command[] | Option[]} visibleItems
   * @param {Function} getGroup
   * @returns {Map<string, Command[] | Option[]>}
   */
  groupItems(unsortedItems, visibleItems, getGroup) {
    const result = new Map();
    // Add groups in order of appearance in unsortedItems.
    unsortedItems.forEach((item) => {
      const group = getGroup(item);
      if (!result.has(group)) result.set(group, []);
    });
    // Add items in order of appearance in visibleItems.
    visibleItems.forEach((item) => {
      const group = getGroup(item);
      if (!result.has(group)) {
        result.set(group, []);
      }
      result.get(group).push(item);
    });
    return result;
  }

  /**
   * Generate the built-in help text.
   *
   * @param {Command} cmd
   * @param {Help} helper
   * @returns {string}
   */

  formatHelp(cmd, helper) {
    const termWidth = helper.padWidth(cmd, helper);
    const helpWidth = helper.helpWidth ?? 80; // in case prepareContext() was not called

    function callFormatItem(term, description) {
      return helper.formatItem(term, termWidth, description, helper);
    }

    // Usage
    let output = [
      `${helper.styleTitle('Usage:')} ${helper.styleUsage(helper.commandUsage(cmd))}`,
      '',
    ];

    // Description
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

    // Arguments
    const argumentList = helper.visibleArguments(cmd).map((argument) => {
      return callFormatItem(
        helper.styleArgumentTerm(helper.argumentTerm(argument)),
        helper.styleArgumentDescription(helper.argumentDescription(argument)),
      );
    });
    output = output.concat(
      this.formatItemList('Arguments:', argumentList, helper),
    );

    // Options
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

    // Commands
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

  /**
   * Return display width of string, ignoring ANSI escape sequences. Used in padding and wrapping calculations.
   *
   * @param {string} str
   * @returns {number}
   */
  displayWidth(str) {
    return stripColor(str).length;
  }

  /**
   * Style the title for displaying in the help. Called with 'Usage:', 'Options:', etc.
   *
   * @param {string} str
   * @returns {string}
   */
  styleTitle(str) {
    return str;
  }

  styleUsage(str) {
    // Usage has lots of parts the user might like to color separately! Assume default usage string which is formed like:
    //    command subcommand [options] [command] <foo> [bar]
    return str
      .split(' ')
      .map((word) => {
        if (word === '[options]') return this.styleOptionText(word);
        if (word === '[command]') return this.styleSubcommandText(word);
        if (word[0] === '[' || word[0] === '<')
          return this.styleArgumentText(word);
        return this.styleCommandText(word); // Restrict to initial words?
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
    // This is very like usage with lots of parts! Assume default string which is formed like:
    //    subcommand [options] <foo> [bar]
    return str
      .split(' ')
      .map((word) => {
        if (word === '[options]') return this.styleOptionText(word);
        if (word[0] === '[' || word[0] === '<')
          return this.styleArgumentText(word);
        return this.styleSubcommandText(word); // Restrict to initial words?
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

  /**
   * Calculate the pad width from the maximum term length.
   *
   * @param {Command} cmd
   * @param {Help} helper
   * @returns {number}
   */

  padWidth(cmd, helper) {
    return Math.max(
      helper.longestOptionTermLength(cmd, helper),
      helper.longestGlobalOptionTermLength(cmd, helper),
      helper.longestSubcommandTermLength(cmd, helper),
      helper.longestArgumentTermLength(cmd, helper),
    );
  }

  /**
   * Detect manually wrapped and indented strings by checking for line break followed by whitespace.
   *
   * @param {string} str
   * @returns {boolean}
   */
  preformatted(str) {
    return /\n[^\S\r\n]/.test(str);
  }

  /**
   * Format the "item", which consists of a term and description. Pad the term and wrap the description, indenting the following lines.
   *
   * So "TTT", 5, "DDD DDDD DD DDD" might be formatted for this.helpWidth=17 like so:
   *   TTT  DDD DDDD
   *        DD DDD
   *
   * @param {string} term
   * @param {number} termWidth
   * @param {string} description
   * @param {Help} helper
   * @returns {string}
   */
  formatItem(term, termWidth, description, helper) {
    const itemIndent = 2;
    const itemIndentStr = ' '.repeat(itemIndent);
    if (!description) return itemIndentStr + term;

    // Pad the term out to a consistent width, so descriptions are aligned.
    const paddedTerm = term.padEnd(
      termWidth + term.length - helper.displayWidth(term),
    );

    // Format the description.
    const spacerWidth = 2; // between term and description
    const helpWidth = this.helpWidth ?? 80; // in case prepareContext() was not called
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

    // Construct and overall indent.
    return (
      itemIndentStr +
      paddedTerm +
      ' '.repeat(spacerWidth) +
      formattedDescription.replace(/\n/g, `\n${itemIndentStr}`)
    );
  }

  /**
   * Wrap a string at whitespace, preserving existing line breaks.
   * Wrapping is skipped if the width is less than `minWidthToWrap`.
   *
   * @param {string} str
   * @param {number} width
   * @returns {string}
   */
  boxWrap(str, width) {
    if (width < this.minWidthToWrap) return str;

    const rawLines = str.split(/\r\n|\n/);
    // split up text by whitespace
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
        // Accumulate chunks while they fit into width.
        if (sumWidth + visibleWidth <= width) {
          sumChunks.push(chunk);
          sumWidth += visibleWidth;
          return;
        }
        wrappedLines.push(sumChunks.join(''));

        const nextChunk = chunk.trimStart(); // trim space at line break
        sumChunks = [nextChunk];
        sumWidth = this.displayWidth(nextChunk);
      });
      wrappedLines.push(sumChunks.join(''));
    });

    return wrappedLines.join('\n');
  }
}

/**
 * Strip style ANSI escape sequences from the string. In particular, SGR (Select Graphic Rendition) codes.
 *
 * @param {string} str
 * @returns {string}
 * @package
 */

function stripColor(str) {
  // eslint-disable-next-line no-control-regex
  const sgrPattern = /\x1b\[\d*(;\d*)*m/g;
  return str.replace(sgrPattern, '');
}

exports.Help = Help;
exports.stripColor = stripColor;


/***/ }),

/***/ 7546:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {

const { InvalidArgumentError } = __nccwpck_require__(9073);

class Option {
  /**
   * Initialize a new `Option` with the given `flags` and `description`.
   *
   * @param {string} flags
   * @param {string} [description]
   */

  constructor(flags, description) {
    this.flags = flags;
    this.description = description || '';

    this.required = flags.includes('<'); // A value must be supplied when the option is specified.
    this.optional = flags.includes('['); // A value is optional when the option is specified.
    // variadic test ignores <value,...> et al which might be used to describe custom splitting of single argument
    this.variadic = /\w\.\.\.[>\]]$/.test(flags); // The option can take multiple values.
    this.mandatory = false; // The option must have a value after parsing, which usually means it must be specified on command line.
    const optionFlags = splitOptionFlags(flags);
    this.short = optionFlags.shortFlag; // May be a short flag, undefined, or even a long flag (if option has two long flags).
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
    this.helpGroupHeading = undefined; // soft initialised when option added to command
  }

  /**
   * Set the default value, and optionally supply the description to be displayed in the help.
   *
   * @param {*} value
   * @param {string} [description]
   * @return {Option}
   */

  default(value, description) {
    this.defaultValue = value;
    this.defaultValueDescription = description;
    return this;
  }

  /**
   * Preset to use when option used without option-argument, especially optional but also boolean and negated.
   * The custom processing (parseArg) is called.
   *
   * @example
   * new Option('--color').default('GREYSCALE').preset('RGB');
   * new Option('--donate [amount]').preset('20').argParser(parseFloat);
   *
   * @param {*} arg
   * @return {Option}
   */

  preset(arg) {
    this.presetArg = arg;
    return this;
  }

  /**
   * Add option name(s) that conflict with this option.
   * An error will be displayed if conflicting options are found during parsing.
   *
   * @example
   * new Option('--rgb').conflicts('cmyk');
   * new Option('--js').conflicts(['ts', 'jsx']);
   *
   * @param {(string | string[])} names
   * @return {Option}
   */

  conflicts(names) {
    this.conflictsWith = this.conflictsWith.concat(names);
    return this;
  }

  /**
   * Specify implied option values for when this option is set and the implied options are not.
   *
   * The custom processing (parseArg) is not called on the implied values.
   *
   * @example
   * program
   *   .addOption(new Option('--log', 'write logging information to file'))
   *   .addOption(new Option('--trace', 'log extra details').implies({ log: 'trace.txt' }));
   *
   * @param {object} impliedOptionValues
   * @return {Option}
   */
  implies(impliedOptionValues) {
    let newImplied = impliedOptionValues;
    if (typeof impliedOptionValues === 'string') {
      // string is not documented, but easy mistake and we can do what user probably intended.
      newImplied = { [impliedOptionValues]: true };
    }
    this.implied = Object.assign(this.implied || {}, newImplied);
    return this;
  }

  /**
   * Set environment variable to check for option value.
   *
   * An environment variable is only used if when processed the current option value is
   * undefined, or the source of the current value is 'default' or 'config' or 'env'.
   *
   * @param {string} name
   * @return {Option}
   */

  env(name) {
    this.envVar = name;
    return this;
  }

  /**
   * Set the custom handler for processing CLI option arguments into option values.
   *
   * @param {Function} [fn]
   * @return {Option}
   */

  argParser(fn) {
    this.parseArg = fn;
    return this;
  }

  /**
   * Whether the option is mandatory and must have a value after parsing.
   *
   * @param {boolean} [mandatory=true]
   * @return {Option}
   */

  makeOptionMandatory(mandatory = true) {
    this.mandatory = !!mandatory;
    return this;
  }

  /**
   * Hide option in help.
   *
   * @param {boolean} [hide=true]
   * @return {Option}
   */

  hideHelp(hide = true) {
    this.hidden = !!hide;
    return this;
  }

  /**
   * @package
   */

  _collectValue(value, previous) {
    if (previous === this.defaultValue || !Array.isArray(previous)) {
      return [value];
    }

    previous.push(value);
    return previous;
  }

  /**
   * Only allow option value to be one of choices.
   *
   * @param {string[]} values
   * @return {Option}
   */

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

  /**
   * Return option name.
   *
   * @return {string}
   */

  name() {
    if (this.long) {
      return this.long.replace(/^--/, '');
    }
    return this.short.replace(/^-/, '');
  }

  /**
   * Return option name, in a camelcase format that can be used
   * as an object attribute key.
   *
   * @return {string}
   */

  attributeName() {
    if (this.negate) {
      return camelcase(this.name().replace(/^no-/, ''));
    }
    return camelcase(this.name());
  }

  /**
   * Set the help group heading.
   *
   * @param {string} heading
   * @return {Option}
   */
  helpGroup(heading) {
    this.helpGroupHeading = heading;
    return this;
  }

  /**
   * Check if `arg` matches the short or long flag.
   *
   * @param {string} arg
   * @return {boolean}
   * @package
   */

  is(arg) {
    return this.short === arg || this.long === arg;
  }

  /**
   * Return whether a boolean option.
   *
   * Options are one of boolean, negated, required argument, or optional argument.
   *
   * @return {boolean}
   * @package
   */

  isBoolean() {
    return !this.required && !this.optional && !this.negate;
  }
}

/**
 * This class is to make it easier to work with dual options, without changing the existing
 * implementation. We support separate dual options for separate positive and negative options,
 * like `--build` and `--no-build`, which share a single option value. This works nicely for some
 * use cases, but is tricky for others where we want separate behaviours despite
 * the single shared option value.
 */
class DualOptions {
  /**
   * @param {Option[]} options
   */
  constructor(options) {
    this.positiveOptions = new Map();
    this.negativeOptions = new Map();
    this.dualOptions = new Set();
    options.forEach((option) => {
      if (option.negate) {
        this.negativeOptions.set(option.attributeName(), option);
      } else {
        this.positiveOptions.set(option.attributeName(), option);
      }
    });
    this.negativeOptions.forEach((value, key) => {
      if (this.positiveOptions.has(key)) {
        this.dualOptions.add(key);
      }
    });
  }

  /**
   * Did the value come from the option, and not from possible matching dual option?
   *
   * @param {*} value
   * @param {Option} option
   * @returns {boolean}
   */
  valueFromOption(value, option) {
    const optionKey = option.attributeName();
    if (!this.dualOptions.has(optionKey)) return true;

    // Use the value to deduce if (probably) came from the option.
    const preset = this.negativeOptions.get(optionKey).presetArg;
    const negativeValue = preset !== undefined ? preset : false;
    return option.negate === (negativeValue === value);
  }
}

/**
 * Convert string from kebab-case to camelCase.
 *
 * @param {string} str
 * @return {string}
 * @private
 */

function camelcase(str) {
  return str.split('-').reduce((str, word) => {
    return str + word[0].toUpperCase() + word.slice(1);
  });
}

/**
 * Split the short and long flag out of something like '-m,--mixed <value>'
 *
 * @private
 */

function splitOptionFlags(flags) {
  let shortFlag;
  let longFlag;
  // short flag, single dash and single character
  const shortFlagExp = /^-[^-]$/;
  // long flag, double dash and at least one character
  const longFlagExp = /^--[^-]/;

  const flagParts = flags.split(/[ |,]+/).concat('guard');
  // Normal is short and/or long.
  if (shortFlagExp.test(flagParts[0])) shortFlag = flagParts.shift();
  if (longFlagExp.test(flagParts[0])) longFlag = flagParts.shift();
  // Long then short. Rarely used but fine.
  if (!shortFlag && shortFlagExp.test(flagParts[0]))
    shortFlag = flagParts.shift();
  // Allow two long flags, like '--ws, --workspace'
  // This is the supported way to have a shortish option flag.
  if (!shortFlag && longFlagExp.test(flagParts[0])) {
    shortFlag = longFlag;
    longFlag = flagParts.shift();
  }

  // Check for unprocessed flag. Fail noisily rather than silently ignore.
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
}

exports.Option = Option;
exports.DualOptions = DualOptions;


/***/ }),

/***/ 2044:
/***/ ((__unused_webpack_module, exports) => {

const maxDistance = 3;

function editDistance(a, b) {
  // https://en.wikipedia.org/wiki/Damerau\u2013Levenshtein_distance
  // Calculating optimal string alignment distance, no substring is edited more than once.
  // (Simple implementation.)

  // Quick early exit, return worst case.
  if (Math.abs(a.length - b.length) > maxDistance)
    return Math.max(a.length, b.length);

  // distance between prefix substrings of a and b
  const d = [];

  // pure deletions turn a into empty string
  for (let i = 0; i <= a.length; i++) {
    d[i] = [i];
  }
  // pure insertions turn empty string into b
  for (let j = 0; j <= b.length; j++) {
    d[0][j] = j;
  }

  // fill matrix
  for (let j = 1; j <= b.length; j++) {
    for (let i = 1; i <= a.length; i++) {
      let cost = 1;
      if (a[i - 1] === b[j - 1]) {
        cost = 0;
      } else {
        cost = 1;
      }
      d[i][j] = Math.min(
        d[i - 1][j] + 1, // deletion
        d[i][j - 1] + 1, // insertion
        d[i - 1][j - 1] + cost, // substitution
      );
      // transposition
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
  }

  return d[a.length][b.length];
}

/**
 * Find close matches, restricted to same number of edits.
 *
 * @param {string} word
 * @param {string[]} candidates
 * @returns {string}
 */

function suggestSimilar(word, candidates) {
  if (!candidates || candidates.length === 0) return '';
  // remove possible duplicates
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
    if (candidate.length <= 1) return; // no one character guesses

    const distance = editDistance(word, candidate);
    const length = Math.max(word.length, candidate.length);
    const similarity = (length - distance) / length;
    if (similarity > minSimilarity) {
      if (distance < bestDistance) {
        // better edit distance, throw away previous worse matches
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


/***/ }),

/***/ 5109:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

"use strict";
/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   b7: () => (/* binding */ CommanderError),
/* harmony export */   c$: () => (/* binding */ Option),
/* harmony export */   uB: () => (/* binding */ Command)
/* harmony export */ });
/* unused harmony exports program, createCommand, createArgument, createOption, InvalidArgumentError, InvalidOptionArgumentError, Argument, Help */
/* harmony import */ var _index_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(395);


// wrapper to provide named exports for ESM.
const {
  /* program */ "DM": program,
  /* createCommand */ "gu": createCommand,
  /* createArgument */ "er": createArgument,
  /* createOption */ "Ww": createOption,
  /* CommanderError */ "b7": CommanderError,
  /* InvalidArgumentError */ "Di": InvalidArgumentError,
  /* InvalidOptionArgumentError */ "a2": InvalidOptionArgumentError, // deprecated old name
  /* Command */ "uB": Command,
  /* Argument */ "ef": Argument,
  /* Option */ "c$": Option,
  /* Help */ "_V": Help,
} = _index_js__WEBPACK_IMPORTED_MODULE_0__;


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
/************************************************************************/
/******/ 	/* webpack/runtime/asset-relocator-loader */
/******/ 	if (typeof __nccwpck_require__ !== 'undefined') __nccwpck_require__.ab = __dirname + "/";
/******/ 	
/******/ 	/* webpack/runtime/compat get default export */
/******/ 	(() => {
/******/ 		// getDefaultExport function for compatibility with non-harmony modules
/******/ 		__nccwpck_require__.n = (module) => {
/******/ 			var getter = module && module.__esModule ?
/******/ 				() => (module['default']) :
/******/ 				() => (module);
/******/ 			__nccwpck_require__.d(getter, { a: getter });
/******/ 			return getter;
/******/ 		};
/******/ 	})();
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
/************************************************************************/
var __webpack_exports__ = {};
// This entry need to be wrapped in an IIFE because it need to be in strict mode.
(() => {
"use strict";

// EXTERNAL MODULE: ./src/process/defect.js
var defect = __nccwpck_require__(6342);
// EXTERNAL MODULE: ./src/cli/exit-codes.js
var exit_codes = __nccwpck_require__(2293);
;// CONCATENATED MODULE: ./src/cli/fail-closed.js
/**
 * Imported first. Until a command succeeds, this process counts as failed, but never with exit code 1. For an uncaught
 * error, Node ignores `process.exitCode` and exits with 1.
 */


process.exitCode = exit_codes/* EXIT */.d.failed;
const failToStart = (error) => {
    process.stderr.write(`The command line could not start (${(0,defect/* defectOf */.L)(error)}). Nothing was sent to the platform.\n` +
        'What to do: install it again, and check what NODE_OPTIONS loads into it.\n');
    process.exit(exit_codes/* EXIT */.d.failed);
};
process.on('uncaughtException', failToStart);
/**
 * Everything is loaded, so from here on an uncaught error belongs to the run.
 *
 * @returns rejects with that error
 */
function crashOf() {
    return new Promise((_, reject) => {
        process.on('uncaughtException', reject);
        process.off('uncaughtException', failToStart);
    });
}

// EXTERNAL MODULE: ./src/process/parent.js
var process_parent = __nccwpck_require__(7483);
// EXTERNAL MODULE: ./src/process/exit.js
var exit = __nccwpck_require__(3051);
// EXTERNAL MODULE: ../node_modules/commander/esm.mjs
var esm = __nccwpck_require__(5109);
// EXTERNAL MODULE: ./src/gate/environment.js
var environment = __nccwpck_require__(9284);
// EXTERNAL MODULE: ./src/messages/explain.js + 12 modules
var explain = __nccwpck_require__(2893);
// EXTERNAL MODULE: ./src/messages/message.js
var message = __nccwpck_require__(7785);
// EXTERNAL MODULE: ./src/process/interruption.js
var interruption = __nccwpck_require__(7680);
// EXTERNAL MODULE: ./src/process/version.js
var version = __nccwpck_require__(6303);
// EXTERNAL MODULE: ./src/cli/arguments.js
var cli_arguments = __nccwpck_require__(8940);
// EXTERNAL MODULE: ./src/cli/options.js + 1 modules
var options = __nccwpck_require__(5729);
// EXTERNAL MODULE: ./src/cli/output-file.js
var output_file = __nccwpck_require__(9326);
// EXTERNAL MODULE: ./src/cli/print.js
var print = __nccwpck_require__(3687);
;// CONCATENATED MODULE: ./src/cli/program.js
/** The command line as a whole: its commands, and how a run ends. */












/**
 * Runs one command. Never throws.
 *
 * @param crash rejects with an error that no one caught
 */
async function run(args, crash) {
    const earlier = (0,output_file/* removeEarlier */.Hm)(args);
    if ((0,cli_arguments/* holdSecret */.Q7)(args, (0,environment/* secretsOf */.F)(process.env))) {
        (0,print/* complain */.cc)('nolapse-token: wrong usage', cli_arguments/* SECRET_IN_ARGUMENTS */.gg);
        return exit_codes/* EXIT */.d.usage;
    }
    // A command that does not report how it ended has failed.
    let code = exit_codes/* EXIT */.d.failed;
    let defect = reportDefect;
    const program = await programOf(args, earlier, ended => {
        code = ended;
    }, report => {
        defect = report;
    });
    try {
        await Promise.race([program.parseAsync(args, { from: 'user' }), crash]);
        return code;
    }
    catch (error) {
        if (error instanceof esm/* CommanderError */.b7)
            return code === exit_codes/* EXIT */.d.done ? exit_codes/* EXIT */.d.done : exit_codes/* EXIT */.d.usage;
        if (error instanceof interruption/* Interrupted */.j) {
            (0,print/* complain */.cc)(`nolapse-token: ended by ${error.signal}`, 'Nothing was changed.');
            return error.exitCode;
        }
        return await defect(error);
    }
}
/** The last resort, for unexpected errors. */
function reportDefect(error) {
    const verdict = { reason: 'internal-error', defect: (0,defect/* defectOf */.L)(error) };
    (0,print/* complain */.cc)('nolapse-token: internal-error', (0,message/* textOf */.b6)((0,explain/* explain */.W)(verdict, (0,message/* situationOf */._7)([], (0,options/* optionNames */.W6)({}))), verdict.reason));
    return exit_codes/* EXIT */.d.failed;
}
/**
 * Loaded on demand: `check` starts without the modules of other commands, such as child processes. All of them stay in
 * one file of the bundle.
 */
const COMMANDS = {
    check: async () => (await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 3290))).registerCheck,
    create: async () => (await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 3543))).registerCreate,
    rotate: async () => (await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 488))).registerRotate,
    list: async () => (await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 4339))).registerList,
    show: async () => (await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 2046))).registerShow,
    revoke: async () => (await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 9605))).registerRevoke,
    lint: async () => {
        const { registerLint } = await Promise.resolve(/* import() eager */).then(__nccwpck_require__.bind(__nccwpck_require__, 6727));
        return (program, conclude, _onDefect, earlier) => registerLint(program, conclude, earlier);
    },
};
/** The program with the command that the arguments start with, or with all commands. */
async function programOf(args, earlier, conclude, onDefect) {
    const program = new esm/* Command */.uB('nolapse-token')
        .description('Checks nolapse tokens, creates, rotates and revokes them, and proves that a gate holds.')
        .version(version/* VERSION */.x, '-V, --version', 'print the version')
        .helpOption('-h, --help', 'print this help')
        .helpCommand('help [command]', 'print the help of a command')
        .exitOverride()
        .configureOutput({
        // Only requested help and the version come here. Commander's own exit code cannot tell: for `help` it takes
        // process.exitCode, which is a failure until the run has ended well.
        writeOut: text => {
            process.stdout.write(text);
            conclude(exit_codes/* EXIT */.d.done);
        },
        outputError: (text, write) => write((0,cli_arguments/* withoutValues */.lO)(text, args)),
    })
        .showHelpAfterError('Add --help to see the commands and options.')
        .addHelpText('after', AFTER);
    const named = Object.entries(COMMANDS).filter(([name]) => name === args[0]);
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

;// CONCATENATED MODULE: ./src/cli/main.js
/** The command line's entry. */






(0,exit/* surviveBrokenPipes */.Rs)();
run(process.argv.slice(2), crashOf()).then(code => process.stderr.write('', () => (0,exit/* end */._N)(code, exit_codes/* EXIT */.d.failed)));

})();

module.exports = __webpack_exports__;
/******/ })()
;