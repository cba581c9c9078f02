"use strict";
exports.id = 690;
exports.ids = [690,290];
exports.modules = {

 290:
 ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

 __webpack_require__.d(__webpack_exports__, {
   C: () => ( Faulty),
   faultOf: () => ( faultOf)
 });
class Faulty extends Error {
    fault;
    constructor(fault) {
        super(fault.fault);
        this.fault = fault;
    }
}
const NOT_THE_PROTOCOL = /^(HPE_(?!INVALID_EOF_STATE|CLOSED_CONNECTION)|ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG))/;
const TRANSIENT = /^ERR_SSL_.*(INTERNAL_ERROR|USER_CANCELLED|BAD_RECORD_MAC|UNEXPECTED_EOF)/;
function faultOf(error, socket, proxy) {
    if (error instanceof Faulty)
        return error.fault;
    const peer = proxy && { proxy, unsent: true };
    if (isUnverified(socket))
        return { kind: 'fault', fault: 'untrusted', code: certificateCode(error), ...peer };
    const code = codeOf(error);
    if (/^ERR_OSSL_/.test(code))
        return { kind: 'fault', fault: 'untrusted', code, ...peer };
    if (NOT_THE_PROTOCOL.test(code))
        return { kind: 'fault', fault: 'not-http', code, ...peer };
    if (/^ERR_SSL_/.test(code) && !TRANSIENT.test(code)) {
        const unread = /_CERTIFICATE_/.test(code) && { unsent: true };
        return { kind: 'fault', fault: 'handshake', code, ...unread, ...peer };
    }
    return { kind: 'fault', fault: 'unreachable', code, ...peer };
}
const isUnverified = (socket) => Boolean(socket && 'authorizationError' in socket && socket.authorizationError);
const certificateCode = ({ code, message }) => code === undefined || code === 'UNSPECIFIED' ? constantOf(message) : code;
function codeOf(error) {
    const reason = error.code === 'EPROTO' && /:(\w+)[ \w]* routines:[^:]*:([^:]+):/.exec(error.message);
    if (reason)
        return `ERR_${reason[1] === 'SSL' ? 'SSL' : 'OSSL'}_${constantOf(reason[2])}`;
    return error.code ??  error.name;
}
const constantOf = (words) => words.toUpperCase().replace(/\W+/g, '_');


 }),

 690:
 ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

 __webpack_require__.d(__webpack_exports__, {
   tunnelThrough: () => ( tunnelThrough)
 });
 var node_http__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(67);
 var node_http__WEBPACK_IMPORTED_MODULE_0___default = __webpack_require__.n(node_http__WEBPACK_IMPORTED_MODULE_0__);
 var node_https__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(708);
 var node_https__WEBPACK_IMPORTED_MODULE_1___default = __webpack_require__.n(node_https__WEBPACK_IMPORTED_MODULE_1__);
 var node_tls__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(692);
 var node_tls__WEBPACK_IMPORTED_MODULE_2___default = __webpack_require__.n(node_tls__WEBPACK_IMPORTED_MODULE_2__);
 var _fault_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(290);
 var _identity_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(421);
 var _proxy_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(10);






function tunnelThrough(proxy, url, patience) {
    const target = `${url.hostname}:${(0,_proxy_js__WEBPACK_IMPORTED_MODULE_5__ .HM)(url)}`;
    const request = () => (proxy.secure ? node_https__WEBPACK_IMPORTED_MODULE_1__ : node_http__WEBPACK_IMPORTED_MODULE_0__).request({
        ...patience,
        method: 'CONNECT',
        host: proxy.hostname,
        port: proxy.port,
        path: target,
        agent: false,
        ...(0,_identity_js__WEBPACK_IMPORTED_MODULE_4__ .c)(proxy.hostname),
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
            asked.on('error', error => fail(new _fault_js__WEBPACK_IMPORTED_MODULE_3__ .C((0,_fault_js__WEBPACK_IMPORTED_MODULE_3__.faultOf)(error, asked?.socket, proxy.via))));
            asked.on('connect', (response, socket, head) => {
                const status = response.statusCode;
                if (status !== 200 || head.length > 0) {
                    socket.destroy();
                    const refusal = { kind: 'fault', unsent: true, proxy: proxy.via };
                    return fail(new _fault_js__WEBPACK_IMPORTED_MODULE_3__ .C(status === 200
                        ? { ...refusal, fault: 'not-http', code: 'UNEXPECTED_DATA' }
                        : { ...refusal, fault: 'proxy', status, schemes: schemesOf(response) }));
                }
                if (url.protocol === 'http:')
                    return done(null, socket);
                const host = (0,_proxy_js__WEBPACK_IMPORTED_MODULE_5__ .n0)(url.hostname);
                done(null, (0,node_tls__WEBPACK_IMPORTED_MODULE_2__.connect)({ socket, host, ...(0,_identity_js__WEBPACK_IMPORTED_MODULE_4__ .c)(host), ALPNProtocols: ['http/1.1'] }));
            });
            asked.end();
            return undefined;
        },
        abandon: () => asked?.destroy(),
    };
}
function schemesOf(response) {
    const offered = String(response.headers['proxy-authenticate'] ?? '');
    return ['Basic', 'Digest', 'NTLM', 'Negotiate', 'Kerberos'].filter(scheme => new RegExp(`(^|,)\\s*${scheme}(\\s|,|$)`, 'i').test(offered));
}


 })

};
;