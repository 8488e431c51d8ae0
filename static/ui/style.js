// Style sheets that only some dialogs need: an id and an address in; it is in the page, from when it is first wanted.
define(["jquery"], function ($) {
    "use strict";

    function add(id, address) {
        if (!$("#" + id).length) {
            $("<link>").attr({id: id, rel: "stylesheet", href: address}).appendTo("head");
        }
    }

    return {add: add};
});
