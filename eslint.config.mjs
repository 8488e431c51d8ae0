// What counts as a mistake in static/ (AMD, at most ES2017, so that old browsers follow), in the sandbox's console
// (which loads no AMD) and in tests/js (Node).

const mistakes = {
    "no-undef": "error", "no-redeclare": "error", "no-shadow": "error", "eqeqeq": "error",
    "no-implicit-globals": "error", "no-eval": "error", "no-implied-eval": "error", "no-dupe-keys": "error",
    "no-unreachable": "error", "no-fallthrough": "error", "no-cond-assign": "error", "use-isnan": "error",
    "no-console": "error", "max-len": ["error", {code: 120}], "semi": ["error", "always"],
    // ES2017 has to name what it catches.
    "no-unused-vars": ["error", {caughtErrorsIgnorePattern: "^_"}],
    // The two that keep names from becoming HTML.
    "no-restricted-properties": ["error", {property: "innerHTML"}, {property: "outerHTML"}, {property: "html"}],
    "no-restricted-globals": ["error", "localStorage", "sessionStorage", "event"]
};

export default [
    {
        files: ["static/**/*.js"],
        languageOptions: {
            ecmaVersion: 2017, sourceType: "script",
            globals: {define: "readonly", window: "readonly", document: "readonly"}
        },
        rules: mistakes
    },
    {
        files: ["primehub_nbext/sandbox/**/*.js"],
        languageOptions: {
            ecmaVersion: 2017, sourceType: "script", globals: {window: "readonly", document: "readonly"}
        },
        rules: mistakes
    },
    {
        files: ["tests/js/**/*.js"],
        languageOptions: {
            ecmaVersion: 2022, sourceType: "commonjs",
            globals: {require: "readonly", module: "writable", __dirname: "readonly", console: "readonly", globalThis: "readonly"}
        },
        rules: mistakes
    }
];
