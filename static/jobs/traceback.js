// A traceback, with the colours that the kernel gave it, in; the element that the Notebook itself would show, out. Its
// own output area escapes what is in it, and makes HTML of nothing but the colours.
define(["jquery", "base/js/namespace", "notebook/js/outputarea"], function ($, Jupyter, outputarea) {
    "use strict";

    // failure: {name, value, traceback} as job.js has it.
    function make(failure) {
        var element = $("<div>").addClass("primehub-traceback");
        var area = new outputarea.OutputArea({
            selector: element, config: Jupyter.notebook.config, prompt_area: false, events: $({}),
            keyboard_manager: Jupyter.keyboard_manager
        });
        area.trusted = false;
        area.append_output({
            output_type: "error", ename: failure.name || "", evalue: failure.value || "",
            traceback: failure.traceback ? failure.traceback.split("\n") : []
        });
        return element;
    }

    return {make: make};
});
