"use strict";
exports.id = 109;
exports.ids = [109];
exports.modules = {

 109:
 ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);

__webpack_require__.d(__webpack_exports__, {
  tell: () => ( tell)
});

var core = __webpack_require__(643);
var settings = __webpack_require__(724);
;
const UNITS = [
    [1_000, 's', 120],
    [60_000, 'min', 120],
    [3_600_000, 'h', 48],
    [86_400_000, 'days', 365],
];
function duration(milliseconds) {
    for (const [size, unit, most] of UNITS) {
        const count = Math.ceil(milliseconds / size);
        if (count <= most)
            return `${count} ${unit}`;
    }
    return 'more than a year';
}

var messages_message = __webpack_require__(785);
;

const internalError = (defect) => ({
    what: `nolapse/token-action itself failed (${defect}). Your token is not the cause.`,
    causes: [],
    remedy: `Re-run the job. If it keeps failing, report it, with this message, at ${messages_message.yZ}/issues.`,
});

var neutralise = __webpack_require__(230);
;


const invalid = (said, { host, setting }) => ({
    what: `The platform at ${host} rejected the token.${said && ` It says: "${(0,neutralise.$)(said)}".`}`,
    causes: [
        'The token was revoked, or it was rotated and its grace period has ended.',
        `The token belongs to a different platform than the one in ${setting('api-url')}.`,
    ],
    remedy: `If the token is less than a minute old, re-run the job: a new token can take a minute to work. Otherwise, ${(0,messages_message.sb)(messages_message.lY)}`,
});

var contract = __webpack_require__(570);
;


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
    'several-lines': ['it has several lines', `${AGAIN} The stored value is a whole file, or several values.`],
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
        `${AGAIN} Leave it out: a token has no line break.`,
    ],
    base64: ['it is a token in base64', 'Store the token itself, as nolapse showed it, not in base64.'],
    expression: [
        'it is a workflow expression that was not evaluated: ${{ \u2026 }} as text',
        'Write the expression under `with:` or `env:` of a workflow. It is not evaluated in a script, a file or a secret.',
    ],
    variable: [
        'it is the name of a variable, or a command, that was not replaced by its value',
        'Pass the value itself. In a workflow, write `${{ secrets.NOLAPSE_TOKEN }}`.',
    ],
    masked: [
        'it is a row of asterisks, which logs show instead of a secret',
        `A token cannot be copied from a log. ${messages_message.lY}`,
    ],
    json: ['it is JSON', `${AGAIN} In the platform's answer, only the field "secret" is the token.`],
    invisible: [
        'it has characters in it that are invisible or not ASCII',
        `${AGAIN} Copy it from nolapse, not from a document or a chat.`,
    ],
    'prefix-case': ['its prefix nlp_ is not in lower case', AGAIN],
    prefix: ['it does not start with nlp_', AGAIN],
    'before-v0.2.0': ['it was issued before v0.2.0 of nolapse, and such tokens no longer work', messages_message.lY],
    'upper-case': ['it has upper-case letters', `${AGAIN} After nlp_, a token has only 0-9 and a-f.`],
    'too-short': ['it is too short', `${AGAIN} Part of it was not copied.`],
    'too-long': ['it is too long', `${AGAIN} Something was added to it, or it was pasted twice.`],
    characters: ['it has characters that no token has', `${AGAIN} After nlp_, a token has only 0-9 and a-f.`],
};
const LENGTH_TELLS = new Set(['prefix', 'too-short', 'too-long']);
function malformed(flaw, length) {
    const vendor = /^vendor:(.*)/.exec(flaw)?.[1];
    const [what, remedy] = vendor
        ? [`it looks like a token of ${vendor}`, 'Store the nolapse token instead. It starts with nlp_.']
        : FLAWS[flaw];
    const size = LENGTH_TELLS.has(flaw)
        ? ` (It has ${length === 1 ? '1 character' : `${length} characters`}; a token has ${contract.Fj}.)`
        : '';
    return {
        what: `The value given as NOLAPSE_TOKEN is not a nolapse token: ${what}.${size}`,
        causes: [],
        remedy,
    };
}

;

const misconfigured = (problems, { setting }) => ({
    what: problems
        .map(({ subject, says }) => (0,messages_message.em)(`${setting(subject)} ${says}`))
        .map(text => text.replace(/\{([a-z-]+)\}/g, (_, name) => setting(name)))
        .join('\n'),
    causes: [],
    remedy: 'Fix what is named above. Nothing was sent to the platform.',
});

;
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

var passed = __webpack_require__(952);
;

const missingScope = (lacking, granted, { setting }) => ({
    what: `The token is valid, but it lacks a required scope: ${(0,passed.K)(lacking)}. It has: ${(0,passed.K)(granted)}.`,
    causes: [],
    remedy: `Create a token with that scope and store it as NOLAPSE_TOKEN, or correct ${setting('required-scopes')}. A token's scopes never change.`,
});

var describe = __webpack_require__(349);
;

function unavailable(cause, { host, seconds, setting }) {
    const again = `Try again later. To wait out a longer outage, raise ${setting('timeout-seconds')}. To continue without a validated token, add unavailable to ${setting('tolerate')}.`;
    const message = (causes, remedy = again) => ({
        what: `The platform at ${host} gave no usable answer: ${(0,describe.q0)(cause)}. (The limit is ${seconds} s.)`,
        causes,
        remedy,
    });
    if (cause.kind === 'status') {
        if (cause.status === 429)
            return message(['Many jobs validate the same token at once.'], `${again} Use one gate job for all jobs: it asks only once.`);
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

;



function unexpectedResponse(surprise, { host, setting }) {
    const apiUrl = setting('api-url');
    const unexpected = (what, cause, remedy) => ({
        what: `The server at ${host} does not answer like the nolapse API: ${what}.`,
        causes: [(0,messages_message.em)(cause)],
        remedy,
    });
    switch (surprise.kind) {
        case 'redirect':
            return unexpected(`it redirects (${(0,describe.h5)(surprise.status)}), and the token is not sent to another place`, `${apiUrl} has http:// instead of https://, or an old host name, or the platform is behind a sign-in page.`, `Set ${apiUrl} to the platform's current address.`);
        case 'html':
            return unexpected(`it sent an HTML page (${(0,describe.h5)(surprise.status)}), as a proxy, a captive portal or a sign-in page does`, 'Something between this machine and the platform answers instead of it.', `Allow connections to ${host} in the proxy or the firewall, and check ${apiUrl}.`);
        case 'not-json':
            return unexpected(`its answer (${(0,describe.h5)(surprise.status)}) is not JSON`, `${apiUrl} points to another service, or something on the way changes the answer.`, `Check ${apiUrl}, and any proxy between this machine and the platform.`);
        case 'too-large':
            return unexpected(`its answer (${(0,describe.h5)(surprise.status)}) is longer than 64 KiB`, `${apiUrl} points to another service.`, `Check ${apiUrl}.`);
        case 'proxy':
            return explainProxy(surprise, host);
        case 'handshake':
            return explainHandshake(surprise, host, apiUrl);
        case 'not-http':
            if (surprise.proxy)
                return {
                    what: `${(0,messages_message.em)((0,describe.Vb)(surprise.proxy))} does not speak HTTP (${surprise.code}). The token was not sent.`,
                    causes: [
                        `${surprise.proxy.variable} has https:// for a proxy with http://, or the reverse, or the port of another service.`,
                    ],
                    remedy: `Correct the scheme or the port in ${surprise.proxy.variable}.`,
                };
            return unexpected(`it does not speak HTTP there (${surprise.code})`, `${apiUrl} has https:// for a server with http://, or the reverse, or the port of another service.`, `Correct the scheme or the port in ${apiUrl}.`);
        case 'field':
            return unexpected(`in its answer, ${surprise.field} ${WRONG[surprise.wrong]}`, 'The versions of the platform and this gate do not match, or another service answers.', `Update both, and check ${apiUrl}.`);
        case 'status':
            return explainStatus(surprise, unexpected, apiUrl);
    }
}
function explainProxy({ status: code, proxy, schemes }, host) {
    const { variable } = proxy;
    const rejects = (cause, remedy) => ({
        what: `${(0,messages_message.em)((0,describe.Vb)(proxy))} rejects the request: ${(0,describe.h5)(code)}. The token was not sent.`,
        causes: [cause],
        remedy,
    });
    if (code === 407 && schemes.length > 0 && !schemes.includes('Basic'))
        return rejects(`The proxy offers only ${schemes.join(' and ')}, and this gate supports only Basic.`, `Have the proxy accept Basic for this machine, or run a local proxy that signs in for you (such as cntlm or px), and set ${variable} to that.`);
    if (code === 407)
        return rejects(`${variable} has no user name and password, or the proxy does not accept them.`, `Set ${variable} to a URL like http://user:password@proxy.example.com:3128, with special characters percent-encoded.`);
    if (code === 401 || code === 403)
        return rejects(`The proxy does not allow connections to ${host}.`, `Have ${host} allowed on the proxy. If this machine can reach the platform without a proxy, add its host to no_proxy.`);
    return rejects('The server there is not a proxy, or it does not support CONNECT.', `Correct ${variable}: it needs the scheme, host and port of the proxy.`);
}
function explainHandshake({ code, proxy }, host, apiUrl) {
    const peer = proxy ? (0,describe.Vb)(proxy) : host;
    const place = proxy ? proxy.variable : apiUrl;
    const failed = (cause, remedy) => ({
        what: `The TLS handshake with ${peer} failed (${code}). No request was accepted.`,
        causes: [cause],
        remedy,
    });
    if (/PROTOCOL|VERSION/.test(code))
        return failed('The server supports only TLS 1.1 or older.', 'Turn on TLS 1.2 or 1.3 there. Older versions are not safe for a token.');
    if (/UNRECOGNIZED_NAME/.test(code))
        return failed(`The server that answers has no site with the host name in ${place}.`, `Check the host name in ${place}, and the TLS configuration of the server or load balancer.`);
    if (/CERTIFICATE/.test(code))
        return failed(CLIENT_CERTIFICATE, WITHOUT_CERTIFICATE);
    return failed('The server requires a client certificate, which this gate does not have, or TLS settings that Node.js does not support.', WITHOUT_CERTIFICATE);
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
    const words = said ? ` and says "${(0,neutralise.$)(said)}"` : '';
    const what = `it answered ${(0,describe.h5)(code)}${html ? ', with an HTML page' : ''}${words}`;
    if (code === 404 || code === 405 || code === 501)
        return unexpected(what, `${apiUrl} is not the base URL of a nolapse platform, or that platform does not have the validation endpoint yet.`, `Check ${apiUrl}, and update a self-hosted platform. The cloud may not offer validation yet.`);
    if (code === 407)
        return unexpected(what, 'A proxy on the way asks for a user name and password.', "Set https_proxy to that proxy's URL, with the user name and password.");
    if (code === 403)
        return unexpected(what, 'A firewall or proxy on the way blocks the request.', 'Allow this machine to send POST /v1/auth/validate to the platform.');
    return unexpected(what, `${apiUrl} names another service, or the versions of the platform and this gate do not match.`, `Check ${apiUrl}, and update both.`);
}

var external_node_fs_ = __webpack_require__(24);
;

function flawOfExtraAuthorities() {
    const value = process.env.NODE_EXTRA_CA_CERTS;
    if (!value)
        return 'unset';
    if (value.includes('-----BEGIN'))
        return 'content';
    let content;
    try {
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
    return content.startsWith('\x30\x82') ? 'der' : 'no-certificate';
}

;


function untrusted(code, host, proxy) {
    const [causes, remedy] = explainCode(code, proxy ? 'the proxy' : 'the platform');
    return {
        what: proxy
            ? `The certificate of ${(0,describe.Vb)(proxy)} cannot be verified (${code}). Neither the proxy's password nor the token was sent.`
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
                'The certificate was issued for another host than the one in the URL.',
                'Another server answers at that address.',
            ],
            'Use a host name that is in the certificate.',
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
            'Set NODE_EXTRA_CA_CERTS to a file with the certificate of that authority, in the environment of this step.',
        ];
    if (flaw === 'none')
        return [
            [`${own} NODE_EXTRA_CA_CERTS is set, but that authority's certificate is not in its file.`],
            "Add that authority's certificate (PEM) to the file in NODE_EXTRA_CA_CERTS.",
        ];
    return [[`NODE_EXTRA_CA_CERTS ${untrusted_FLAWS[flaw][0]}, so Node.js ignores it.`, own], untrusted_FLAWS[flaw][1]];
}
const UNKNOWN_AUTHORITY = /^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CERT_UNTRUSTED|CERT_SIGNATURE_FAILURE|CERT_CHAIN_TOO_LONG|ERR_OSSL_)/;
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

;


const wrongOrg = (orgId, { setting }) => ({
    what: `The token is valid, but it belongs to the organisation ${(0,neutralise.$)(orgId)}, not to the expected one.`,
    causes: [(0,messages_message.em)(`${setting('expected-org-id')} is out of date.`)],
    remedy: `Store a token of the expected organisation as NOLAPSE_TOKEN, or correct ${setting('expected-org-id')}.`,
});

;











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
const LONGEST_TIMEOUT = 600_000;
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

;


const MOST_CAUSES = 3;
function advise(verdict, situation, hints, outcome) {
    const explained = explain(verdict, situation);
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
        ? `Nothing, if this run needs no token. Otherwise, ${(0,messages_message.sb)(remedy)}`
        : 'Nothing, if later steps can run without a validated token. Otherwise, re-run the job later.';
}

var server = __webpack_require__(872);
var annotate = __webpack_require__(94);
;
function forkOf({ eventName, payload }) {
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

;
const NONE = { causes: [] };
const isAnotherValue = (verdict) => verdict.reason === 'malformed' && ['prefix', 'assignment', 'several-lines', 'json'].includes(verdict.flaw);
const isNotReplaced = (verdict) => verdict.reason === 'malformed' && ['variable', 'expression'].includes(verdict.flaw);

;


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

;


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

;

function isFile(path = '') {
    try {
        return (0,external_node_fs_.statSync)(path).isFile();
    }
    catch {
        return false;
    }
}

;




async function likelyCauses(verdict) {
    const hints = (0,server.m)(process.env) ? hintsOnForgejo : hintsOnGitHub;
    return hints(verdict, verdict.reason === 'missing' ? await runOf(process.env.GITHUB_EVENT_PATH) : undefined);
}
async function runOf(event) {
    if (!isFile(event))
        return undefined;
    try {
        const { context } = await __webpack_require__.e( 392).then(__webpack_require__.bind(__webpack_require__, 392));
        return context;
    }
    catch {
        return undefined;
    }
}

var external_os_ = __webpack_require__(857);
var external_fs_ = __webpack_require__(896);
;
var __awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};


const { access, appendFile, writeFile } = external_fs_.promises;
const SUMMARY_ENV_VAR = 'GITHUB_STEP_SUMMARY';
const SUMMARY_DOCS_URL = 'https://docs.github.com/actions/using-workflows/workflow-commands-for-github-actions#adding-a-job-summary';
class Summary {
    constructor() {
        this._buffer = '';
    }
    filePath() {
        return __awaiter(this, void 0, void 0, function* () {
            if (this._filePath) {
                return this._filePath;
            }
            const pathFromEnv = process.env[SUMMARY_ENV_VAR];
            if (!pathFromEnv) {
                throw new Error(`Unable to find environment variable for $${SUMMARY_ENV_VAR}. Check if your runtime environment supports job summaries.`);
            }
            try {
                yield access(pathFromEnv, external_fs_.constants.R_OK | external_fs_.constants.W_OK);
            }
            catch (_a) {
                throw new Error(`Unable to access summary file: '${pathFromEnv}'. Check if the file has correct read/write permissions.`);
            }
            this._filePath = pathFromEnv;
            return this._filePath;
        });
    }
    wrap(tag, content, attrs = {}) {
        const htmlAttrs = Object.entries(attrs)
            .map(([key, value]) => ` ${key}="${value}"`)
            .join('');
        if (!content) {
            return `<${tag}${htmlAttrs}>`;
        }
        return `<${tag}${htmlAttrs}>${content}</${tag}>`;
    }
    write(options) {
        return __awaiter(this, void 0, void 0, function* () {
            const overwrite = !!(options === null || options === void 0 ? void 0 : options.overwrite);
            const filePath = yield this.filePath();
            const writeFunc = overwrite ? writeFile : appendFile;
            yield writeFunc(filePath, this._buffer, { encoding: 'utf8' });
            return this.emptyBuffer();
        });
    }
    clear() {
        return __awaiter(this, void 0, void 0, function* () {
            return this.emptyBuffer().write({ overwrite: true });
        });
    }
    stringify() {
        return this._buffer;
    }
    isEmptyBuffer() {
        return this._buffer.length === 0;
    }
    emptyBuffer() {
        this._buffer = '';
        return this;
    }
    addRaw(text, addEOL = false) {
        this._buffer += text;
        return addEOL ? this.addEOL() : this;
    }
    addEOL() {
        return this.addRaw(external_os_.EOL);
    }
    addCodeBlock(code, lang) {
        const attrs = Object.assign({}, (lang && { lang }));
        const element = this.wrap('pre', this.wrap('code', code), attrs);
        return this.addRaw(element).addEOL();
    }
    addList(items, ordered = false) {
        const tag = ordered ? 'ol' : 'ul';
        const listItems = items.map(item => this.wrap('li', item)).join('');
        const element = this.wrap(tag, listItems);
        return this.addRaw(element).addEOL();
    }
    addTable(rows) {
        const tableBody = rows
            .map(row => {
            const cells = row
                .map(cell => {
                if (typeof cell === 'string') {
                    return this.wrap('td', cell);
                }
                const { header, data, colspan, rowspan } = cell;
                const tag = header ? 'th' : 'td';
                const attrs = Object.assign(Object.assign({}, (colspan && { colspan })), (rowspan && { rowspan }));
                return this.wrap(tag, data, attrs);
            })
                .join('');
            return this.wrap('tr', cells);
        })
            .join('');
        const element = this.wrap('table', tableBody);
        return this.addRaw(element).addEOL();
    }
    addDetails(label, content) {
        const element = this.wrap('details', this.wrap('summary', label) + content);
        return this.addRaw(element).addEOL();
    }
    addImage(src, alt, options) {
        const { width, height } = options || {};
        const attrs = Object.assign(Object.assign({}, (width && { width })), (height && { height }));
        const element = this.wrap('img', null, Object.assign({ src, alt }, attrs));
        return this.addRaw(element).addEOL();
    }
    addHeading(text, level) {
        const tag = `h${level}`;
        const allowedTag = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].includes(tag)
            ? tag
            : 'h1';
        const element = this.wrap(allowedTag, text);
        return this.addRaw(element).addEOL();
    }
    addSeparator() {
        const element = this.wrap('hr', null);
        return this.addRaw(element).addEOL();
    }
    addBreak() {
        const element = this.wrap('br', null);
        return this.addRaw(element).addEOL();
    }
    addQuote(text, cite) {
        const attrs = Object.assign({}, (cite && { cite }));
        const element = this.wrap('blockquote', text, attrs);
        return this.addRaw(element).addEOL();
    }
    addLink(text, href) {
        const element = this.wrap('a', text, { href });
        return this.addRaw(element).addEOL();
    }
}
const _summary = new Summary();
const markdownSummary = ( null && (_summary));
const summary = _summary;
;



async function writeSummary({ verdict, attempts, elapsed }, message, host, tolerated) {
    if (!isFile(process.env.GITHUB_STEP_SUMMARY))
        return;
    const requestId = 'requestId' in verdict ? verdict.requestId : '';
    const details = [
        ['Reason', `<code>${verdict.reason}</code>`],
        ['Platform', plain(host) || '\u2013'],
        ['Attempts', String(attempts)],
        ['Time', `${(elapsed / 1000).toFixed(1)} s`],
        ['Request ID', requestId ? `<code>${plain(requestId)}</code>` : '\u2013'],
    ];
    const [icon, outcome] = tolerated ? ['\u26a0\ufe0f', `${verdict.reason} (tolerated)`] : ['\u274c', verdict.reason];
    const html = [
        `<h3>${icon} nolapse token: ${outcome}</h3>`,
        `<p>${plain(message.what).replace(/\n/g, '<br>')}</p>`,
        `<p><strong>What to do:</strong> ${plain(message.remedy)}</p>`,
        ...listed(message.causes),
        `<p><a href="${(0,messages_message.uM)(verdict.reason)}">More about <code>${verdict.reason}</code></a></p>`,
        '<details><summary>Details</summary>',
        `<table>${details.map(([name, value]) => `<tr><th>${name}</th><td>${value}</td></tr>`).join('')}</table>`,
        '</details>',
    ];
    await summary
        .addRaw(`${html.join('\n')}\n`)
        .write()
        .catch(() => undefined);
}
const listed = (causes) => causes.length > 0
    ? ['<p>Likely causes:</p>', `<ul>${causes.map(cause => `<li>${plain(cause)}</li>`).join('')}</ul>`]
    : [];
const plain = (text) => text
    .replace(/[&<>"'*_~[\]|\\@#]/g, character => `&#${character.charCodeAt(0)};`)
    .replace(/`([^`]*)`/g, '<code>$1</code>')
    .replace(/`/g, '&#96;');

;








async function tell(rejection, settings, tolerated) {
    const { verdict } = rejection;
    const { reason } = verdict;
    const outcome = tolerated
        ? `The step passed without a validated token: \`tolerate\` allows \`${reason}\`. The output \`valid\` is \`false\`.`
        : undefined;
    const situation = (0,messages_message._7)(settings, inputName);
    const message = advise(verdict, situation, await likelyCauses(verdict), outcome);
    const title = `nolapse token: ${reason}${tolerated ? ' (tolerated)' : ''}`;
    const text = (0,messages_message.b6)(message, reason);
    if ((0,server.m)(process.env)) {
        (0,core.pq)('::endgroup::');
        (0,core.pq)(`${title}\n${text}`);
    }
    (0,annotate.f)(tolerated ? 'warning' : 'error', title, (0,server.m)(process.env) ? message.what : text);
    await writeSummary(rejection, message, situation.host, tolerated);
}
const inputName = (name) => (name in settings.zY ? `the input \`${name}\`` : name);


 }),

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


 })

};
;