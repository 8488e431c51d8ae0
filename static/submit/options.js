// What can be chosen, without a page: PrimeHub's instance types and images in; the options of the form's selects out.
define(["../words/index"], function (words) {
    "use strict";

    var text = words.text;
    // What is said of a shortage in the list, and of that of the chosen instance type.
    var OVER = {user: ["instance_over_user", "over_user_help"], group: ["instance_over_group", "over_group_help"]};
    var WAITS = ["instance_waits", "waits_help"];

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

    function waits(shortage) {
        return typeof shortage.free === "number";
    }

    // `which`: the sentence, of the two.
    function shortage_text(shortage, which, label) {
        return text((waits(shortage) ? WAITS : OVER[shortage.whose])[which], {
            label: label, needs: words.amount(shortage.what, shortage.needs),
            quota: words.amount(shortage.what, shortage.quota), free: words.number(shortage.free)
        });
    }

    // One that is over a quota can be chosen all the same: PrimeHub decides, and its quotas change.
    function instance_label(instance) {
        var label = text(instance.gpu ? "instance_label_gpu" : "instance_label", {
            name: name_of(instance), cpu: words.amount("cpu", instance.cpu),
            memory: words.amount("memory_gb", instance.memory_gb), gpu: words.amount("gpu", instance.gpu)
        });
        return instance.shortage ? shortage_text(instance.shortage, 0, label) : label;
    }

    // Whether a finding of the server says what `instance_help` does.
    function is_about_quota(finding) {
        return ["over_user_quota", "over_group_quota", "quota_in_use"].indexOf(finding.code) >= 0;
    }

    // What is to be known of the chosen instance type, or "".
    function instance_help(resources, name) {
        var shortage = (find(resources.instance_types, name) || {}).shortage;
        return shortage ? shortage_text(shortage, 1) : "";
    }

    // What the group's quota leaves right now, else the quota, else that of each user; "" where there is none.
    function quota_text(resources) {
        var usage = resources.usage || {};
        function parts(quota, say) {
            return ["cpu", "gpu", "memory_gb"].filter(function (what) {
                return quota && typeof quota[what] === "number" && (quota[what] > 0 || what !== "gpu");
            }).map(say).join(", ");
        }
        function whole(quota) {
            return parts(quota, function (what) { return words.amount(what, quota[what]); });
        }
        var quota = resources.quota;
        if (typeof usage.cpu === "number" && whole(quota)) {
            return text("quota_free", {parts: parts(quota, function (what) {
                return text("quota_part", {
                    free: words.number(Math.max(0, quota[what] - (usage[what] || 0))),
                    quota: words.amount(what, quota[what])
                });
            })});
        }
        if (whole(quota)) {
            return text("quota_group", {parts: whole(quota)});
        }
        return whole(resources.user_quota) ? text("quota_user", {parts: whole(resources.user_quota)}) : "";
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
            var over = !!instance.shortage && !waits(instance.shortage);
            return {value: instance.name, label: instance_label(instance), disabled: false, over: over};
        });
    }

    function image_options(resources, instance_name) {
        var instance = find(resources.instance_types, instance_name);
        return sorted(resources.images).map(function (image) {
            var disabled = validate_image(image, instance) !== null;
            return {value: image.name, label: image_label(image, instance), disabled: disabled};
        });
    }

    // The first of the wanted names that can be chosen, else the first option that can, of those over no quota if there
    // are some; null when there is none.
    function choose(options, wanted) {
        var open = options.filter(function (option) { return !option.disabled; });
        var names = open.map(function (option) { return option.value; });
        var found = wanted.filter(function (name) { return names.indexOf(name) >= 0; });
        var first = open.filter(function (option) { return !option.over; }).concat(open)[0];
        return found.length ? found[0] : first ? first.value : null;
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
        find: find, choose: choose, instance_options: instance_options, instance_help: instance_help,
        is_about_quota: is_about_quota, quota_text: quota_text, image_options: image_options,
        change_instance: change_instance
    };
});
