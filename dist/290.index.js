"use strict";
exports.id = 290;
exports.ids = [290];
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


 })

};
;