// Words about parameters: the same as findings.js, with the sentences of the form's rows.
define(["./findings", "./en_parameters"], function (words, language) {
    "use strict";

    words.add(language);
    return words;
});
