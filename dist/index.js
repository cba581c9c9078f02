/******/ (() => { // webpackBootstrap
/******/ 	"use strict";
/******/ 	var __webpack_modules__ = ({

/***/ 816:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  z3: () => (/* binding */ error),
  V4: () => (/* binding */ getInput),
  pq: () => (/* binding */ info),
  uH: () => (/* binding */ setOutput),
  Pq: () => (/* binding */ setSecret),
  $e: () => (/* binding */ warning)
});

// UNUSED EXPORTS: ExitCode, addPath, debug, endGroup, exportVariable, getBooleanInput, getIDToken, getMultilineInput, getState, group, isDebug, markdownSummary, notice, platform, saveState, setCommandEcho, setFailed, startGroup, summary, toPlatformPath, toPosixPath, toWin32Path

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

/***/ }),

/***/ 94:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   f: () => (/* binding */ annotate)
/* harmony export */ });
/* harmony import */ var _actions_core__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(816);
/* harmony import */ var _messages_causes_server_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(872);
/** One annotation, as the server at hand shows it. */


const COMMANDS = { error: _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .error */ .z3, warning: _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .warning */ .$e };
/** Forgejo's and Gitea's logs show the raw command: there, it is one line without a title. */
function annotate(level, title, text) {
    if ((0,_messages_causes_server_js__WEBPACK_IMPORTED_MODULE_1__/* .isForgejo */ .l)(process.env))
        COMMANDS[level](`${title}. ${text.replace(/\n/g, ' ')}`);
    else
        COMMANDS[level](text, { title });
}


/***/ }),

/***/ 570:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

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

/***/ 589:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   U: () => (/* binding */ isLoopback)
/* harmony export */ });
/**
 * Whether a URL's host is this machine itself. Exact, unlike the test of @actions/http-client (`startsWith('127.')`):
 * 127.example.com is a host like any other.
 */
const isLoopback = (hostname) => hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);


/***/ }),

/***/ 219:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   E$: () => (/* binding */ redact),
/* harmony export */   Hx: () => (/* binding */ isTokenLike),
/* harmony export */   Sb: () => (/* binding */ Secrets),
/* harmony export */   gF: () => (/* binding */ tokensIn)
/* harmony export */ });
/* unused harmony exports REVEALING, isTokenShaped, sharesWithToken */
/* harmony import */ var _unicode_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(989);
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

/***/ 989:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

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

/***/ 724:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   SW: () => (/* binding */ isSamePlatform),
/* harmony export */   sb: () => (/* binding */ readSettings),
/* harmony export */   zY: () => (/* binding */ DEFAULTS)
/* harmony export */ });
/* harmony import */ var _api_contract_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(570);
/* harmony import */ var _api_loopback_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(589);
/* harmony import */ var _api_secrets_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(219);
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

/***/ 872:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   l: () => (/* binding */ isForgejo)
/* harmony export */ });
/** Which server runs a workflow. A file of its own, because passing runs need it too. */
/** Both set GITEA_ACTIONS; Forgejo also sets a variable of its own. */
const isForgejo = (env) => Boolean(env.GITEA_ACTIONS || env.FORGEJO_ACTIONS);


/***/ }),

/***/ 349:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Vb: () => (/* binding */ nameOf),
/* harmony export */   h5: () => (/* binding */ status),
/* harmony export */   q0: () => (/* binding */ describe)
/* harmony export */ });
/* harmony import */ var node_http__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(67);
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

/***/ 785:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

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

/***/ 230:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   $: () => (/* binding */ neutralise)
/* harmony export */ });
/* harmony import */ var _api_unicode_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(989);
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

/***/ 327:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   KE: () => (/* binding */ listed),
/* harmony export */   R$: () => (/* binding */ retrying),
/* harmony export */   bF: () => (/* binding */ passed)
/* harmony export */ });
/* harmony import */ var _describe_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(349);
/* harmony import */ var _neutralise_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(230);


/** The one line of a gate that passes. */
const passed = (orgId, scopes, host, elapsed) => `nolapse token is valid: organisation ${(0,_neutralise_js__WEBPACK_IMPORTED_MODULE_1__/* .neutralise */ .$)(orgId)}, scopes ${listed(scopes)} (${host}, ${Math.round(elapsed)} ms)`;
/** The line before each wait. */
const retrying = ({ attempt, unavailable, wait }, host) => `Attempt ${attempt}: ${(0,_describe_js__WEBPACK_IMPORTED_MODULE_0__/* .describe */ .q0)(unavailable.cause)} (${host}). Next attempt in ${(wait / 1000).toFixed(1)} s.`;
const listed = (scopes) => (0,_neutralise_js__WEBPACK_IMPORTED_MODULE_1__/* .neutralise */ .$)(scopes.join(', ')) || 'none';


/***/ }),

/***/ 376:
/***/ (() => {


/** Imported first: if this process ends early for any reason, loading included, it has failed. Only a verdict clears that. */
process.exitCode = 1;


/***/ }),

/***/ 896:
/***/ ((module) => {

module.exports = require("fs");

/***/ }),

/***/ 24:
/***/ ((module) => {

module.exports = require("node:fs");

/***/ }),

/***/ 67:
/***/ ((module) => {

module.exports = require("node:http");

/***/ }),

/***/ 857:
/***/ ((module) => {

module.exports = require("os");

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
 * Ends the process as soon as all of standard output is written, so that a hung proxy's socket cannot hold it. (A name
 * look-up can: Node waits for its thread.) If standard output is broken, the verdict is lost, and success becomes `broken`.
 *
 * @param broken 1 is the action's. The command line never exits with 1
 */
function end(code, broken = 1) {
    process.stdout.write('', failed => process.exit(result && (failed || lost) ? code || broken : code));
}

// EXTERNAL MODULE: ./node_modules/@actions/core/lib/core.js + 5 modules
var core = __nccwpck_require__(816);
;// CONCATENATED MODULE: ./src/api/retry.js
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

// EXTERNAL MODULE: ./src/api/contract.js
var contract = __nccwpck_require__(570);
// EXTERNAL MODULE: ./src/api/secrets.js
var api_secrets = __nccwpck_require__(219);
;// CONCATENATED MODULE: ./src/api/answer.js
/** What an answer to a validation says, and whether anything is an answer at all: by status, headers and bytes. Pure. */


/** The most that an answer to a validation may have, in bytes. */
const MAX_ANSWER = 64 * 1024;
/**
 * Judges what one attempt brought.
 *
 * @param token the token that was sent. The answer is compared with it, so that no part of it comes back as something else
 * @param others the other secrets of the run, which the answer must not repeat either
 */
function judgeAnswer(outcome, token, others = new api_secrets/* Secrets */.Sb()) {
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
    if (!contract/* ORG_ID */.Xs.test(orgId))
        return unexpected('org_id', 'characters');
    if (repeats(orgId, secrets))
        return unexpected('org_id', 'token');
    if (!Array.isArray(scopes))
        return unexpected('scopes', scopes === undefined ? 'missing' : 'type');
    if (!scopes.every(scope => typeof scope === 'string'))
        return unexpected('scopes', 'type');
    if (!scopes.every(scope => contract/* SCOPE */.hx.test(scope)))
        return unexpected('scopes', 'characters');
    if (scopes.some(scope => repeats(scope, secrets)))
        return unexpected('scopes', 'token');
    return { kind: 'granted', orgId, scopes, requestId };
}
/** Whether a field that is passed on would pass on a secret: one of this run, or a token of someone else. */
const repeats = (field, secrets) => secrets.areIn(field) || (0,api_secrets/* isTokenLike */.Hx)(field);
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
    return secrets.areIn(words) ? '' : (0,api_secrets/* redact */.E$)(words);
}
/** Passed on as an output and printed: no text in it starts a command of the runner. */
function requestIdOf(header, secrets) {
    const id = String(header ?? '');
    return contract/* REQUEST_ID */.A2.test(id) && !id.includes('::') && !repeats(id, secrets) ? id : '';
}

;// CONCATENATED MODULE: ./src/api/endpoint.js
/** The URL of a path of the API, below the base path of the platform. */
const endpoint = (api, path) => new URL(api.href.replace(/\/$/, '') + path);

// EXTERNAL MODULE: external "node:http"
var external_node_http_ = __nccwpck_require__(67);
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
;// CONCATENATED MODULE: ./src/process/version.js
/** Of the action and the command line; a test holds it equal to package.json's. */
const VERSION = '1.0.0';

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

;// CONCATENATED MODULE: external "node:crypto"
const external_node_crypto_namespaceObject = require("node:crypto");
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
        checkServerIdentity: (_name, peer) => new external_node_crypto_namespaceObject.X509Certificate(peer.raw).checkIP(host) ? undefined : (0,external_node_tls_namespaceObject.checkServerIdentity)(host, peer),
    }),
});

// EXTERNAL MODULE: ./src/api/loopback.js
var loopback = __nccwpck_require__(589);
;// CONCATENATED MODULE: ./src/api/proxy.js
/**
 * The proxy that the environment names for a URL.
 *
 * These are the rules of @actions/http-client, but for what it gets wrong without a word: it sends the request directly
 * if it cannot use the proxy's URL, and to any host whose name begins with `127.`.
 */

/** `undefined` if the request goes out directly. */
function proxyFor(url) {
    if ((0,loopback/* isLoopback */.U)(url.hostname) || isExcepted(url))
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
    const target = `${url.hostname}:${portOf(url)}`;
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
                const host = bareHost(url.hostname);
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
            exchange_read(message, request.maxBytes).then(body => settle({ ...answer, body }), error => settle(bare ?? faultOf(broken ?? error, sent?.socket)));
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
    const proxy = proxyFor(url);
    if (proxy && 'flaw' in proxy)
        throw new Error(`the proxy in ${proxy.variable} cannot be used`);
    return proxy && tunnelThrough(proxy, url, patienceWithin(limit));
}
function send({ method, url, body, bearer, limit }, tunnel, httpModule) {
    const client = new HttpClient(`nolapse-token-action/${VERSION}`);
    const host = bareHost(url.hostname);
    const options = {
        ...patienceWithin(limit),
        method,
        host,
        ...identityOf(host),
        port: portOf(url),
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
function exchange_read(message, maxBytes) {
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

;// CONCATENATED MODULE: ./src/api/validate.js
/** `POST /v1/auth/validate`: is this token valid? */



/**
 * Asks the platform itself.
 *
 * @param others the other secrets of the run, which an answer must not repeat
 */
async function askPlatform(token, api, limit, others) {
    const outcome = await exchange({
        method: 'POST',
        url: endpoint(api, '/v1/auth/validate'),
        body: { token },
        limit,
        maxBytes: MAX_ANSWER,
        bodyDecides: [200, 401],
    });
    return judgeAnswer(outcome, token, others);
}

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
    if (contract/* WELL_FORMED */.LF.test(value))
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
    if (value.length !== contract/* TOKEN_LENGTH */.Fj)
        return value.length < contract/* TOKEN_LENGTH */.Fj ? 'too-short' : 'too-long';
    if (/^nlp_[0-9a-f]+$/i.test(value))
        return 'upper-case';
    if (/^nlp_[0-9a-z]+$/i.test(value))
        return 'before-v0.2.0';
    return 'characters';
}
/** Of the token alone, or of the line that `echo` makes of it, in either alphabet. Such a value is 59 or 60 characters long. */
const isBase64OfToken = (value) => /^[\w+/-]{59,60}=?$/.test(value) &&
    /^nlp_[0-9a-f]{40}\n?$/.test(Buffer.from(value, 'base64').toString('latin1'));

;// CONCATENATED MODULE: ./src/gate/environment.js
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
    const proxy = Array.isArray(settings) ? undefined : proxyFor(settings.api);
    if (proxy && 'flaw' in proxy)
        problems.push({ subject: proxy.variable, says: `${FLAWS[proxy.flaw]} ${EXAMPLE}` });
    return problems.length > 0 ? problems : settings;
}
/** The secrets that the environment holds. The name of a variable that was not expanded is not one. */
function secretsOf({ NOLAPSE_TOKEN: token = '', NOLAPSE_SESSION_TOKEN: session = '', }) {
    const secrets = new api_secrets/* Secrets */.Sb();
    if (examine(token).form !== 'absent')
        secrets.addToken(token);
    if (examine(session).form !== 'absent')
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
    ask: (token, api, limit) => askPlatform(token, api, limit, secretsOf(process.env)),
    clock: realClock,
    onRetry,
});

// EXTERNAL MODULE: ./src/messages/causes/server.js
var server = __nccwpck_require__(872);
// EXTERNAL MODULE: ./src/messages/message.js
var message = __nccwpck_require__(785);
// EXTERNAL MODULE: ./src/messages/progress.js
var progress = __nccwpck_require__(327);
;// CONCATENATED MODULE: ./src/process/defect.js
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

// EXTERNAL MODULE: ./src/action/annotate.js
var annotate = __nccwpck_require__(94);
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
    return [...new Set([...worthMasking, ...(0,api_secrets/* tokensIn */.gF)(value)])];
}

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
var gate_settings = __nccwpck_require__(724);
// EXTERNAL MODULE: ./src/messages/neutralise.js
var neutralise = __nccwpck_require__(230);
;// CONCATENATED MODULE: ./src/action/inputs.js
/** What the step was given: settings, tokens, and inputs with a wrong name. */







const OURS = ['token', ...Object.keys(gate_settings/* DEFAULTS */.zY)];
/** What nolapse/nolapse-action calls its token input. */
const SIBLING = 'nolapse-token';
function readInputs() {
    const raw = Object.fromEntries(Object.keys(gate_settings/* DEFAULTS */.zY).map(name => [name, (0,core/* getInput */.V4)(name)]));
    const token = {
        input: (0,core/* getInput */.V4)('token', { trimWhitespace: false }),
        environment: process.env.NOLAPSE_TOKEN ?? '',
    };
    const misnamed = misnamedInputs(process.env);
    const secrets = [
        ...Object.values(token).flatMap(masksOf),
        ...misnamed.flatMap(({ meant, value }) => (/token/.test(meant) ? masksOf(value) : (0,api_secrets/* tokensIn */.gF)(value))),
        ...Object.values(raw).flatMap(api_secrets/* tokensIn */.gF),
    ];
    return { raw, token, wrong: misnamed.map(problemOf), secrets: [...new Set(secrets)] };
}
/**
 * The settings, or everything that is wrong with them.
 *
 * @param wrong names of inputs that stop the run
 */
function settingsFrom(raw, wrong) {
    const old = oldNode();
    if (old.length > 0)
        return old;
    const settings = checkEnvironment((0,gate_settings/* readSettings */.sb)(raw));
    const more = [...wrong, ...contradiction(raw)];
    return more.length > 0 ? [...(Array.isArray(settings) ? settings : []), ...more] : settings;
}
/**
 * The command line and other tools follow this variable. The action must not: an earlier step can set it. But to ignore
 * it would send the token for a self-hosted platform to the cloud.
 */
function contradiction(raw) {
    const variable = process.env.NOLAPSE_API_URL;
    if (!variable || (0,gate_settings/* isSamePlatform */.SW)(raw['api-url'] || gate_settings/* DEFAULTS */.zY['api-url'], variable) !== false)
        return [];
    return [
        {
            subject: 'NOLAPSE_API_URL',
            says: 'points to a different platform than the input `api-url`. This action follows the input only. ' +
                'Set both to the same URL, or remove the variable.',
        },
    ];
}
/** The runner hands on inputs that an action does not have, with a warning only: the policy in them would not apply. */
function misnamedInputs(env) {
    return Object.entries(env).flatMap(([variable, value]) => {
        // No expression such as /^INPUT_(.+)/is: V8 folds the case of all that a dot can be, 1.5 % of a whole start.
        const lower = variable.toLowerCase();
        const name = lower.startsWith('input_') ? lower.slice('input_'.length) : '';
        const meant = value && name && !OURS.includes(name) ? meantBy(name) : undefined;
        return name && value && meant ? [{ name, value, meant }] : [];
    });
}
function meantBy(name) {
    const given = bare(name);
    if (given === bare(SIBLING))
        return SIBLING;
    return OURS.find(input => isClose(given, bare(input), input === 'token' ? 1 : 2));
}
const bare = (name) => name.replace(/[-_ ]/g, '');
/** Whether at most `most` letters are missing, added or different (Levenshtein). */
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
    subject: `the input \`${(0,neutralise/* neutralise */.$)(name)}\``,
    says: meant === SIBLING
        ? "is nolapse-action's name for it. In this action, the input is called `token`."
        : `is not an input of this action. Write \`${meant}\`.`,
});

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __nccwpck_require__(24);
;// CONCATENATED MODULE: ./src/action/outputs.js
/** The step's outputs: proven writable before anything is sent, and written before anything is told. */



/** Why outputs cannot be written, if so. Without GITHUB_OUTPUT, core would print them as commands of old. */
const obstacleToOutputs = () => obstacleTo(trial);
/** Writes the outputs. The file was writable when the run began, which says nothing about now. */
const deliver = (verdict) => obstacleTo(() => write(verdict));
function obstacleTo(use) {
    const path = process.env.GITHUB_OUTPUT;
    if (!path)
        return 'GITHUB_OUTPUT is not set';
    try {
        use(path);
        return undefined;
    }
    catch (error) {
        // core's own error, without a code, is for a file that is not there.
        return `the file that GITHUB_OUTPUT names is not writable (${error.code ?? 'ENOENT'})`;
    }
}
/** Writes one byte, because a full disk shows no sooner, and takes it back, because not every engine skips an empty line. */
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
/**
 * `valid` comes last: if the writing stops half-way, a workflow that asks for valid == 'true' either has everything
 * that goes with it, or does not go on.
 */
function write(verdict) {
    const { valid, ...rest } = outputsOf(verdict);
    for (const [name, value] of Object.entries(rest))
        (0,core/* setOutput */.uH)(name, value);
    (0,core/* setOutput */.uH)('valid', valid);
}

;// CONCATENATED MODULE: ./src/action/action.js
/** The interface to GitHub: inputs \u2192 mask \u2192 gate \u2192 outputs \u2192 annotation and summary. */










/**
 * Runs the step and returns its exit code.
 *
 * @param crash rejects if an uncaught error has ended the run: no answer that comes after it counts
 */
async function action(crash = new Promise(() => { })) {
    const { raw, token, wrong, secrets } = readInputs();
    for (const secret of secrets)
        (0,core/* setSecret */.Pq)(secret);
    const obstacle = obstacleToOutputs();
    if (obstacle)
        return reportUndelivered(`${obstacle}. Nothing was sent to the platform`);
    if (token.input && token.environment && token.input !== token.environment)
        (0,annotate/* annotate */.f)('warning', 'nolapse token: two tokens', 'The input `token` and NOLAPSE_TOKEN in the environment differ. The input is checked, but later steps, such as ' +
            'nolapse, use the one in the environment. What to do: pass the token in one place only.');
    // Their runners pass the inputs of a wrapper on to the actions inside it.
    const tolerant = (0,server/* isForgejo */.l)(process.env);
    if (tolerant)
        for (const { subject, says } of wrong)
            (0,annotate/* annotate */.f)('warning', 'nolapse token: unknown input', (0,message/* sentence */.em)(`${subject} ${says}`));
    const settings = settingsFrom(raw, tolerant ? [] : wrong);
    const host = hostOf(settings);
    const ruling = await Promise.race([
        gate(token.input || token.environment, settings, surroundings(retry => (0,core/* info */.pq)((0,progress/* retrying */.R$)(retry, host)))),
        crash,
    ]);
    return report(ruling, settings);
}
/** The last resort: a defect of ours is a verdict too. */
async function reportDefect(error) {
    await report({ verdict: { reason: 'internal-error', defect: defectOf(error) }, attempts: 0, elapsed: 0 }, []);
    return 1;
}
const hostOf = (settings) => (Array.isArray(settings) ? '' : settings.api.host);
function reportUndelivered(why) {
    (0,annotate/* annotate */.f)('error', 'nolapse token: no outputs', `The step's outputs can't be delivered: ${why}. ` +
        'What to do: run this action on a runner, and make sure that its disk is not full.');
    return 1;
}
async function report(ruling, settings) {
    const { verdict, elapsed } = ruling;
    const obstacle = deliver(verdict);
    if (obstacle)
        return reportUndelivered(obstacle);
    if (verdict.reason === 'ok') {
        (0,core/* info */.pq)((0,progress/* passed */.bF)(verdict.orgId, verdict.scopes, hostOf(settings), elapsed));
        return 0;
    }
    const tolerated = fateOf(verdict, settings) === 'tolerated';
    try {
        // Only a run that did not pass needs its words. They are loaded after the outputs are written.
        const { tell } = await loadReport();
        await tell({ ...ruling, verdict }, settings, tolerated);
    }
    catch {
        (0,annotate/* annotate */.f)(tolerated ? 'warning' : 'error', `nolapse token: ${verdict.reason}`, `The step ${tolerated ? 'passed' : 'failed'}. The reason is ${verdict.reason}, but the file that explains it cannot be loaded. ` +
            `What to do: see ${(0,message/* linkTo */.uM)(verdict.reason)}.`);
    }
    return tolerated ? 0 : 1;
}
/** A function of its own, because a bundled import does not reject but throws at once if its file is missing. */
const loadReport = async () => __nccwpck_require__.e(/* import() */ 109).then(__nccwpck_require__.bind(__nccwpck_require__, 109));

;// CONCATENATED MODULE: ./src/action/index.js
/** The action's entry. */



// Nothing reads standard output any more, so the verdict is lost.
process.stdout.on('error', () => process.exit(1));
const crash = new Promise((_, reject) => process.on('uncaughtException', reject));
Promise.race([action(crash), crash])
    .catch(reportDefect)
    .then(end, () => end(1));

module.exports = __webpack_exports__;
/******/ })()
;