// Likely secrets, without a page: parameters as typed, and the server's rule, in; the names to warn of out.
define(["../words/index"], function (words) {
    "use strict";

    var text = words.text;
    var MAX_DEPTH = 20;
    var ENTRY = /[ \t\r\n;]*([^=;\n]*)(=?)[ \t]*/y;
    var STRING = /"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'/y;
    var KEY = /\s*(?:("(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*')\s*|([^"'\s:,}\n;][^:,}\n;]*)):/y;
    var NUMBER = /^[-+]?((0|[1-9]\d*)(\.\d*)?|\.\d+)([eE][-+]?\d+)?$/;
    var NO_TEXT = /^([Tt]rue|[Ff]alse|null|None|[-+]?\.inf|\.nan|)$/;

    function unquoted(string) {
        return /^["']/.test(string) ? string.slice(1, -1).replace(/\\([^])/g, function (escape, character) {
            return "ntr".indexOf(character) >= 0 ? " " : character;
        }) : string.trim();
    }

    // Names of the parameters that look like secrets; "a value" where no name is typed. The rule is the server's, from
    // `session`; what is typed is read as the server reads it, as far as it goes while somebody is typing.
    function secrets(typed, rule) {
        var found = [];
        var at = 0;
        if (!rule) {
            return found;
        }
        var names = new RegExp(rule.names, "i");
        var values = new RegExp(rule.values, "i");

        function take(pattern) {
            pattern.lastIndex = at;
            var match = pattern.exec(typed);
            at = match ? pattern.lastIndex : at;
            return match;
        }

        function is_secret(string, named) {
            return string !== "" && (named || values.test(string));
        }

        // Reads the value that comes next; `named`: it has, or is part of what has, the name of a secret.
        function read(named, word, depth) {
            var string = take(STRING);
            if (string) {
                return is_secret(unquoted(string[0]), named);
            }
            var opening = depth < MAX_DEPTH && take(/[[{]/y);
            if (!opening) {
                var found_word = take(word)[0].trim();
                if (NUMBER.test(found_word)) {
                    return named && /^[-+]?\d{4,}$/.test(found_word);
                }
                return !NO_TEXT.test(found_word) && is_secret(found_word, named);
            }
            var secret = false;
            do {
                var key = opening[0] === "{" && take(KEY);
                take(/\s*/y);
                if (read(named || Boolean(key) && names.test(unquoted(key[1] || key[2])), /[^,\]}\n;]*/y, depth + 1)) {
                    secret = true;
                }
            } while (take(/\s*,/y));
            take(/\s*[\]}]/y);
            return secret;
        }

        while (at < typed.length) {
            var entry = take(ENTRY);
            var name = entry[1].trim();
            if (entry[2] ? read(names.test(name), /[^;\n]*/y, 0) : is_secret(name, false)) {
                found.push(entry[2] && /^[A-Za-z_]\w*$/.test(name) ? name : text("secret_value"));
            }
            take(/[^;\n]*/y);
        }
        return found.filter(function (each, index) { return found.indexOf(each) === index; });
    }

    return {secrets: secrets};
});
