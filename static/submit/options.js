// What can be chosen, without a page: PrimeHub's instance types and images in; the options of the form's selects out.
define(["../words/index"], function (words) {
    "use strict";

    var text = words.text;

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
    function validate_image(image, instance) {
        if (image.ready === false) {
            return "not_ready";
        }
        return image.kind === "gpu" && instance && !(instance.gpu > 0) ? "needs_gpu" : null;
    }

    function image_label(image, instance) {
        var kind = {universal: "kind_universal", cpu: "kind_cpu", gpu: "kind_gpu"}[image.kind];
        var label = kind ? text("image_label", {name: name_of(image), kind: text(kind)}) : name_of(image);
        var why = validate_image(image, instance);
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
            var disabled = validate_image(image, instance) !== null;
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

    return {
        find: find, choose: choose, instance_options: instance_options, image_options: image_options,
        change_instance: change_instance
    };
});
