// A part of the notebook as it is, under its label: an id and words in; an element that shows it, gone while there is
// none, out. One that holds more than fits is scrolled by keyboard too.
define(["jquery"], function ($) {
    "use strict";

    // → {element, show(excerpt), outdate(): what is shown is about to change}
    function make(id, label) {
        var code = $("<code>").addClass("primehub-path").attr({
            id: id, role: "group", "aria-labelledby": id + "_label"
        });
        var element = $("<div>").addClass("primehub-excerpt").append(
            $("<div>").addClass("help-block primehub-help").attr("id", id + "_label").text(label), code
        ).hide();
        return {
            element: element,
            show: function (excerpt) {
                code.text(excerpt);
                element.toggle(excerpt !== "").removeClass("primehub-outdated");
                code.attr("tabindex", code[0].scrollHeight > code[0].clientHeight ? "0" : null);
            },
            outdate: function () { element.addClass("primehub-outdated"); }
        };
    }

    return {make: make};
});
