// A text in; CRC-32 of it in UTF-8, as the server tells it of a cell's source, out: crypto.subtle is not there without
// https.
define([], function () {
    "use strict";

    var table = null;

    function make_table() {
        return Array.from({length: 256}, function (_nothing, n) {
            for (var bit = 0; bit < 8; bit += 1) {
                n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
            }
            return n >>> 0;
        });
    }

    // → 8 hexadecimal digits.
    function of(text) {
        table = table || make_table();
        var crc = 0xffffffff;
        new window.TextEncoder().encode(text).forEach(function (byte) {
            crc = table[(crc ^ byte) & 0xff] ^ (crc >>> 8);
        });
        return ("0000000" + ((crc ^ 0xffffffff) >>> 0).toString(16)).slice(-8);
    }

    return {of: of};
});
