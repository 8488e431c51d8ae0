// The job form without a page: session, resources and notebook in; first values, faults and the request out.
define(["./options", "../words/index"], function (options, words) {
    "use strict";

    var text = words.text;
    var UNIT_SECONDS = {minutes: 60, hours: 3600};

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

    function defaults_text(notebook) {
        return (notebook.parameters || []).map(function (parameter) {
            return parameter.name + "=" + parameter.value;
        }).join("; ");
    }

    // As Python counts, so that the server and the form agree.
    function length(string) {
        return Array.from(string).length;
    }

    // What the form can see for itself, top to bottom; the server checks everything again.
    function faults(values, resources, limits) {
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
        if (values.parameters.trim() && values.parameters.indexOf("=") < 0) {
            fault("parameters", "no_equals");
        }
        too_long("parameters", values.parameters);
        var limit = seconds(values.timeout, values.timeout_unit);
        if (limit === undefined) {
            fault("timeout_seconds", "time_invalid", {unit: text(values.timeout_unit)});
        } else if (limit !== null && limits.timeout_seconds && limit > limits.timeout_seconds) {
            fault("timeout_seconds", "time_too_long", {limit: words.duration(limits.timeout_seconds)});
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

    return {
        first_values: first_values, seconds: seconds, time_help: time_help, defaults_text: defaults_text,
        faults: faults, request: request
    };
});
