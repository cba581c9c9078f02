"use strict";
exports.id = 426;
exports.ids = [426];
exports.modules = {

 349:
 ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

 __webpack_require__.d(__webpack_exports__, {
   Vb: () => ( nameOf),
   h5: () => ( status),
   q0: () => ( describe)
 });
 var node_http__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(67);
 var node_http__WEBPACK_IMPORTED_MODULE_0___default = __webpack_require__.n(node_http__WEBPACK_IMPORTED_MODULE_0__);

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
const status = (code) => `${code} ${node_http__WEBPACK_IMPORTED_MODULE_0__.STATUS_CODES[code] ?? ''}`.trim();


 }),

 426:
 ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

 __webpack_require__.d(__webpack_exports__, {
   retrying: () => ( retrying)
 });
 var _describe_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(349);

const retrying = ({ attempt, unavailable, wait }, host) => `Attempt ${attempt}: ${(0,_describe_js__WEBPACK_IMPORTED_MODULE_0__ .q0)(unavailable.cause)} (${host}). Next attempt in ${(wait / 1000).toFixed(1)} s.`;


 })

};
;