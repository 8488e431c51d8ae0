// What the tabs about a job's log, artifacts and resources share: their style sheet; bytes in, the words for them out.
define(["require", "jquery", "../words/logs"], function (require, $, words) {
    "use strict";

    var UNITS = ["size_bytes", "size_kb", "size_mb", "size_gb"];

    // Their style sheet comes with the first of them, so that no page pays for it before.
    function add_style() {
        if (!$("#primehub_logs_css").length) {
            $("<link>").attr({id: "primehub_logs_css", rel: "stylesheet", href: require.toUrl("./logs.css")})
                .appendTo("head");
        }
    }

    // 53687091 → "51.2 MB"; as PrimeHub counts, 1 KB is 1024 bytes.
    function size(bytes) {
        var unit = 0;
        while (bytes >= 1024 && unit < UNITS.length - 1) {
            bytes /= 1024;
            unit += 1;
        }
        return words.text(UNITS[unit], {value: unit === 0 || bytes >= 100 ? Math.round(bytes) : bytes.toFixed(1)});
    }

    return {add_style: add_style, size: size};
});
