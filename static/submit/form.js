// The job form without a page: session, resources and notebook in; first values, faults and the requests out.
define(["./options", "../words/index"], function (options, words) {
    "use strict";

    var text = words.text;
    var UNIT_SECONDS = {minutes: 60, hours: 3600};
    // Top to bottom, by the names that the server has for them.
    var FIELDS = ["instance_type", "image", "display_name", "parameters", "timeout_seconds"];

    // What the form shows first: what was typed before, else this pod's image and instance type, else what there is.
    function first_values(session, resources, notebook, draft, last) {
        draft = draft || {};
        last = last || {};
        var defaults = (session && session.defaults) || {};
        var wanted = [draft.instance_type, last.instance_type, defaults.instance_type];
        var instance = options.choose(options.instance_options(resources), wanted);
        function given(key, otherwise) {
            return draft[key] === undefined ? otherwise : draft[key];
        }
        return {
            instance_type: instance,
            image: options.choose(
                options.image_options(resources, instance), [draft.image, last.image, defaults.image]
            ),
            display_name: given("display_name", notebook.display_name || ""),
            parameters: given("parameters", ""),
            timeout: given("timeout", ""),
            timeout_unit: given("timeout_unit", "minutes")
        };
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
        return text("time_help", {default: limit === 0 ? text("no_limit") : words.duration(limit)});
    }

    // What a folded field says of its time limit.
    function time_summary(resources, timeout, unit) {
        var limit = seconds(timeout, unit);
        var otherwise = resources.default_timeout_seconds;
        if (limit === null && typeof otherwise !== "number") {
            return text("time_default_unknown");
        }
        if (limit === null) {
            return text("time_default", {default: otherwise === 0 ? text("no_limit") : words.duration(otherwise)});
        }
        if (limit === undefined) {
            return text("time_limit");
        }
        return limit === 0 ? text("time_none") : text("time_given", {limit: words.duration(limit)});
    }

    // As Python counts, so that the server and the form agree.
    function length(string) {
        return Array.from(string).length;
    }

    // What is known to be wrong, top to bottom, one fault for each field: what the form sees for itself, else what the
    // server said of just these values, `checked`. The server checks everything again, and it alone reads parameters.
    function validate(values, resources, limits, checked) {
        var found = [];
        limits = limits || {};
        function fault(field, key, filled) {
            found.push({field: field, code: key, message: text(key, filled), hint: ""});
        }
        function too_long(field, string) {
            if (limits[field] && length(string) > limits[field]) {
                fault(field, "too_long", {length: length(string), limit: limits[field]});
            }
        }
        if (!options.find(resources.instance_types, values.instance_type)) {
            fault("instance_type", "missing_instance_type");
        }
        var option = options.image_options(resources, values.instance_type).filter(function (image) {
            return image.value === values.image;
        })[0];
        if (!option || option.disabled) {
            fault("image", "missing_image");
        }
        if (!values.display_name.trim()) {
            fault("display_name", "missing_name");
        }
        too_long("display_name", values.display_name.trim());
        var limit = seconds(values.timeout, values.timeout_unit);
        if (limit === undefined) {
            fault("timeout_seconds", "time_invalid", {unit: text(values.timeout_unit)});
        } else if (limit !== null && limits.timeout_seconds && limit > limits.timeout_seconds) {
            fault("timeout_seconds", "time_too_long", {limit: words.duration(limits.timeout_seconds)});
        } else if (limit !== null && limit > 0 && Math.round(limit) < 1) {
            fault("timeout_seconds", "time_too_short");
        }
        return FIELDS.map(function (field) {
            return found.concat(checked || []).filter(function (each) { return each.field === field; })[0];
        }).filter(Boolean);
    }

    // What a job is to be, by the names that the server has for it.
    function job_values(values) {
        var limit = seconds(values.timeout, values.timeout_unit);
        return {
            display_name: values.display_name.trim(),
            instance_type: values.instance_type,
            image: values.image,
            parameters: values.parameters,
            timeout_seconds: typeof limit === "number" ? Math.round(limit) : null
        };
    }

    function request(values, notebook_path, id) {
        return Object.assign({notebook_path: notebook_path, submission_id: id}, job_values(values));
    }

    // `notebook`: what is open, `last_modified`: of its file, when it was opened or saved here; null where that is not
    // known. What is not chosen yet is left out.
    function check_request(values, notebook, last_modified) {
        var asked = Object.assign({notebook: notebook, last_modified: last_modified}, job_values(values));
        Object.keys(asked).forEach(function (key) {
            if (asked[key] === null || asked[key] === undefined) {
                delete asked[key];
            }
        });
        return asked;
    }

    return {
        first_values: first_values, seconds: seconds, time_help: time_help, time_summary: time_summary,
        validate: validate, request: request, check_request: check_request
    };
});
