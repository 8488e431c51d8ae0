// Page elements: words in; sentences with code in them, accessible links, buttons, spinners and selects out.
// Text goes in by .text() and .val() only, so a name that looks like HTML stays a name.
define(["jquery", "../words/index"], function ($, words) {
    "use strict";

    var text = words.text;

    // Only web addresses and addresses on this site become links; control characters and spaces never do, since
    // browsers drop them and would then read another address.
    function safe_url(url) {
        return typeof url === "string" && /^(https?:\/\/[^/\\]|\/(?![/\\]))/i.test(url) &&
            !/[\u0000-\u0020\u007f]/.test(url) ? url : null;
    }

    // "The parameter `start` is …" → its parts, what stands between backticks as code.
    function parts(sentence) {
        return sentence.split(/(`[^`]+`)/).filter(Boolean).map(function (part) {
            var is_code = part.length > 2 && part[0] === "`";
            return is_code ? $("<code>").text(part.slice(1, -1)) : $("<span>").text(part);
        });
    }

    // A link to another page in a new tab; plain text when the address is not one to follow.
    function link(url, label) {
        var href = safe_url(url);
        if (!href) {
            return $("<span>").addClass("primehub-break").text(url ? label + ": " + url : label);
        }
        return $("<a>").attr({href: href, target: "_blank", rel: "noopener noreferrer", title: text("opens_new_tab")})
            .text(label);
    }

    function button(id, label, on_click, kind) {
        return $("<button>").addClass("btn btn-sm " + (kind || "btn-default")).attr({type: "button", id: id})
            .text(label).on("click", on_click);
    }

    function spinner() {
        return $("<i>").addClass("fa fa-spinner fa-spin primehub-spinner").attr("aria-hidden", "true");
    }

    function waiting(sentence) {
        return $("<p>").addClass("primehub-waiting").attr("role", "status")
            .append(spinner(), $("<span>").text(sentence));
    }

    // The button shows that something goes on, and cannot be pressed again; a second call with null restores it.
    function working(element, doing) {
        if (doing) {
            element.data("primehub-label", element.text()).prop("disabled", true).empty()
                .append(spinner(), $("<span>").text(doing));
        } else if (element.data("primehub-label")) {
            element.prop("disabled", false).text(element.data("primehub-label")).removeData("primehub-label");
        }
    }

    // Fills a select, keeping the order; `chosen` null leaves it empty.
    function fill_select(select, options, chosen) {
        select.empty().append(options.map(function (option) {
            return $("<option>").attr({value: option.value, title: option.label}).prop("disabled", option.disabled)
                .text(option.label);
        }));
        // Set through the property: .val(null) leaves some browsers on the first option.
        if (chosen === null) {
            select.prop("selectedIndex", -1);
        } else {
            select.val(chosen);
        }
        return select;
    }

    return {
        safe_url: safe_url, parts: parts, link: link, button: button, waiting: waiting, working: working,
        fill_select: fill_select
    };
});
