// The job form without a page: session, resources and notebook in; options, first values, faults and the request out.
define(["../words/en"], function (messages) {
    "use strict";

    var text = messages.text;
    var UNIT_SECONDS = {minutes: 60, hours: 3600};

    // --- options ---------------------------------------------------------------------------------------------------

    function name_of(item) {
        return item.display_name || item.name;
    }

    function sorted(items) {
        return (items || []).slice().sort(function (a, b) {
            return name_of(a).localeCompare(name_of(b), undefined, {numeric: true, sensitivity: "base"}) ||
                (a.name < b.name ? -1 : 1);
        });
    }

    function find(items, name) {
        return (items || []).filter(function (item) { return item.name === name; })[0] || null;
    }

    function number(value) {
        return typeof value === "number" ? String(Math.round(value * 100) / 100) : "?";
    }

    function instance_label(instance) {
        return text("instance_label", {
            name: name_of(instance), cpu: number(instance.cpu), memory: number(instance.memory_gb),
            gpu: number(instance.gpu || 0)
        });
    }

    // Why an image cannot be chosen with an instance type: "not_ready", "needs_gpu", or null.
    function obstacle(image, instance) {
        if (image.ready === false) {
            return "not_ready";
        }
        return image.kind === "gpu" && instance && !(instance.gpu > 0) ? "needs_gpu" : null;
    }

    function image_label(image, instance) {
        var kind = {universal: "kind_universal", cpu: "kind_cpu", gpu: "kind_gpu"}[image.kind];
        var label = kind ? text("image_label", {name: name_of(image), kind: text(kind)}) : name_of(image);
        var why = obstacle(image, instance);
        return why ? text("image_" + why, {label: label}) : label;
    }

    function instance_options(resources) {
        return sorted(resources.instance_types).map(function (instance) {
            return {value: instance.name, label: instance_label(instance), disabled: false};
        });
    }

    function image_options(resources, instance_name) {
        var instance = find(resources.instance_types, instance_name);
        return sorted(resources.images).map(function (image) {
            var disabled = obstacle(image, instance) !== null;
            return {value: image.name, label: image_label(image, instance), disabled: disabled};
        });
    }

    // The first of the wanted names that can be chosen, else the first option that can; null when there is none.
    function choose(options, wanted) {
        var open = options.filter(function (option) { return !option.disabled; });
        var names = open.map(function (option) { return option.value; });
        var found = wanted.filter(function (name) { return names.indexOf(name) >= 0; });
        return found.length ? found[0] : names.length ? names[0] : null;
    }

    // --- values ----------------------------------------------------------------------------------------------------

    // What the form shows first: what was typed before, else this pod's image and instance type, else what there is.
    function first_values(session, resources, notebook, draft, last) {
        draft = draft || {};
        last = last || {};
        var defaults = (session && session.defaults) || {};
        var wanted = [draft.instance_type, last.instance_type, defaults.instance_type];
        var instance = choose(instance_options(resources), wanted);
        function given(key, otherwise) {
            return draft[key] === undefined ? otherwise : draft[key];
        }
        return {
            instance_type: instance,
            image: choose(image_options(resources, instance), [draft.image, last.image, defaults.image]),
            display_name: given("display_name", notebook.display_name || ""),
            parameters: given("parameters", ""),
            timeout: given("timeout", ""),
            timeout_unit: given("timeout_unit", "minutes")
        };
    }

    // After another instance type was chosen: the image that stays or takes over, and the sentence that tells.
    function change_instance(resources, instance_name, image_name) {
        var chosen = choose(image_options(resources, instance_name), [image_name]);
        var old = find(resources.images, image_name);
        var notice = "";
        if (chosen === null) {
            notice = text("image_changed_none");
        } else if (old && chosen !== image_name) {
            notice = text("image_changed", {old: name_of(old), new: name_of(find(resources.images, chosen))});
        }
        return {image: chosen, notice: notice};
    }

    // "1.5", "hours" → 5400; "" → null; what is no number → undefined.
    function seconds(timeout, unit) {
        var typed = String(timeout === undefined || timeout === null ? "" : timeout).trim().replace(",", ".");
        if (!typed) {
            return null;
        }
        return /^(\d+\.?\d*|\.\d+)$/.test(typed) ? Number(typed) * UNIT_SECONDS[unit] : undefined;
    }

    function time_help(resources) {
        var limit = resources.default_timeout_seconds;
        if (typeof limit !== "number") {
            return text("time_help_unknown");
        }
        return text("time_help", {default: limit === 0 ? text("no_limit") : messages.duration(limit)});
    }

    function defaults_text(notebook) {
        return (notebook.parameters || []).map(function (parameter) {
            return parameter.name + "=" + parameter.value;
        }).join("; ");
    }

    // --- secrets ---------------------------------------------------------------------------------------------------

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

    // --- faults and the request ------------------------------------------------------------------------------------

    // As Python counts, so that the server and the form agree.
    function length(string) {
        return Array.from(string).length;
    }

    // What the form can see for itself, top to bottom; the server checks everything again.
    function faults(values, resources, limits) {
        var found = [];
        limits = limits || {};
        function fault(field, key, words) {
            found.push({field: field, code: key, message: text(key, words), hint: ""});
        }
        function too_long(field, string) {
            if (limits[field] && length(string) > limits[field]) {
                fault(field, "too_long", {length: length(string), limit: limits[field]});
            }
        }
        if (!find(resources.instance_types, values.instance_type)) {
            fault("instance_type", "missing_instance_type");
        }
        var option = image_options(resources, values.instance_type).filter(function (image) {
            return image.value === values.image;
        })[0];
        if (!option || option.disabled) {
            fault("image", "missing_image");
        }
        if (!values.display_name.trim()) {
            fault("display_name", "missing_name");
        }
        too_long("display_name", values.display_name.trim());
        if (values.parameters.trim() && values.parameters.indexOf("=") < 0) {
            fault("parameters", "no_equals");
        }
        too_long("parameters", values.parameters);
        var limit = seconds(values.timeout, values.timeout_unit);
        if (limit === undefined) {
            fault("timeout_seconds", "time_invalid", {unit: text(values.timeout_unit)});
        } else if (limit !== null && limits.timeout_seconds && limit > limits.timeout_seconds) {
            fault("timeout_seconds", "time_too_long", {limit: messages.duration(limits.timeout_seconds)});
        } else if (limit !== null && limit > 0 && Math.round(limit) < 1) {
            fault("timeout_seconds", "time_too_short");
        }
        return found;
    }

    function request(values, notebook_path, id) {
        var limit = seconds(values.timeout, values.timeout_unit);
        return {
            notebook_path: notebook_path,
            display_name: values.display_name.trim(),
            instance_type: values.instance_type,
            image: values.image,
            parameters: values.parameters,
            timeout_seconds: typeof limit === "number" ? Math.round(limit) : null,
            submission_id: id
        };
    }

    // 16 random bytes → 32 letters and digits.
    function submission_id(bytes) {
        return Array.from(bytes).map(function (byte) { return (byte + 256).toString(16).slice(1); }).join("");
    }

    // Whether a failed submission may have made a job all the same. Then the next try must keep its submission id.
    function may_have_arrived(error) {
        return ["network_down", "no_answer", "server_unavailable", "bad_answer", "submission_unknown",
            "primehub_timeout", "internal_error"].indexOf(error.code) >= 0;
    }

    return {
        instance_options: instance_options, image_options: image_options, choose: choose, first_values: first_values,
        change_instance: change_instance, seconds: seconds, time_help: time_help, defaults_text: defaults_text,
        secrets: secrets, faults: faults, request: request, submission_id: submission_id,
        may_have_arrived: may_have_arrived
    };
});
