// Waiting: a place for words in; after 3 s they say how long it has been, after 10 s somebody is offered to go on
// without the answer.
define(["../words/index"], function (words) {
    "use strict";

    var TOLD_AFTER = 3;     // s
    var OFFERED_AFTER = 10; // s

    // `place`: an element with role=status. on_offer() is called once. → {stop()}, which leaves the place empty.
    function start(place, on_offer) {
        var began = Date.now();
        var told = false;
        var offered = false;

        function look() {
            var seconds = Math.floor((Date.now() - began) / 1000);
            if (seconds < TOLD_AFTER) {
                return;
            }
            var offer = !offered && seconds >= OFFERED_AFTER;
            // Said aloud when it begins and when there is a way out, not every second.
            place.attr("aria-live", told && !offer ? "off" : "polite").text(words.text("waited", {seconds: seconds}));
            told = true;
            if (offer) {
                offered = true;
                on_offer();
            }
        }
        var timer = window.setInterval(look, 1000);
        return {
            stop: function () {
                window.clearInterval(timer);
                place.empty();
            }
        };
    }

    return {start: start};
});
