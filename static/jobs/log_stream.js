// Following a log: a way to open it in; its bytes, each once, and how it stands, out. What breaks is opened again where
// it broke; where the server does not know that place any more, the log begins anew. No page.
define([], function () {
    "use strict";

    var TAIL = 2000;                  // lines
    var SOON = 1000;                  // ms to the next try after a break
    var LATEST = 20000;               // ms, at last
    var NOT_YET = [2000, 5000];       // ms between two looks for a log that is not there yet, at first and later
    var PASSING = [
        "network_down", "no_answer", "server_unavailable", "cut_off", "bad_answer", "primehub_unreachable",
        "primehub_unavailable", "primehub_timeout", "primehub_trouble", "primehub_bad_answer"
    ];

    // open(query, on {begin({source, cursor}), part(bytes)}) → {ended: a promise of the log's end, abort()}
    // on: {reset(), part(bytes), state(name, error, source)}; the states are opening, waiting (there is none yet),
    // live, broken (it is tried again), complete, failed. place: where another one stopped, or null.
    // → {poke(): look now, stop() → the place, {name, position} of the next byte}
    function follow(open, on, place) {
        var tries = 0;
        var timer = null;
        var running = null;
        var stopped = false;

        function cursor() {
            return place ? place.name + "." + place.position : null;
        }

        function again(state, error, pause) {
            tries += 1;
            on.state(state, error);
            timer = window.setTimeout(connect, pause * (0.75 + 0.5 * Math.random()));
        }

        function failed(error) {
            if (error.code === "log_not_yet") {
                again("waiting", error, NOT_YET[tries < 5 ? 0 : 1]);
            } else if (PASSING.indexOf(error.code) >= 0) {
                again("broken", error, Math.min(LATEST, SOON * Math.pow(2, Math.min(tries, 10))));
            } else {
                on.state("failed", error);
            }
        }

        function connect() {
            var asked = cursor();
            timer = null;
            var mine = open({follow: 1, tail: TAIL, after: asked}, {
                begin: function (head) {
                    if (stopped || running !== mine) {
                        return;
                    }
                    var parts = /^([0-9a-f]+)\.(\d+)$/.exec(head.cursor || "") || [null, "", "0"];
                    if (head.cursor !== asked || asked === null) {
                        on.reset();
                    }
                    place = {name: parts[1], position: Number(parts[2])};
                    tries = 0;
                    on.state("live", null, head.source);
                },
                part: function (bytes) {
                    if (!stopped && running === mine) {
                        place.position += bytes.length;
                        on.part(bytes);
                    }
                }
            });
            running = mine;
            mine.ended.then(function () {
                if (!stopped && running === mine) {
                    running = null;
                    on.state("complete", null);
                }
            }, function (error) {
                if (!stopped && running === mine) {
                    running = null;
                    failed(error);
                }
            });
        }

        place = place || null;
        on.state("opening", null);
        connect();
        return {
            poke: function () {
                if (timer !== null) {
                    window.clearTimeout(timer);
                    connect();
                }
            },
            stop: function () {
                stopped = true;
                window.clearTimeout(timer);
                if (running) {
                    running.abort();
                }
                return place;
            }
        };
    }

    return {follow: follow};
});
