// Findings as they are shown: those of the server in; errors, then warnings, then notes, each kind together, few of
// one kind until somebody wants all of them, out.
define([], function () {
    "use strict";

    var SEVERITIES = ["error", "warning", "note"];
    var MANY = 6; // of a kind, more than which leave no room for others
    var FEW = 3;  // of such a kind, shown at first

    function rank(finding) {
        var at = SEVERITIES.indexOf(finding.severity);
        return at < 0 ? SEVERITIES.length : at;
    }

    // Findings about which the same is to be done.
    function kind_of(finding) {
        return JSON.stringify([rank(finding), finding.code, finding.hint]);
    }

    // By this a finding is the same as one of an earlier answer, though cells above it have come or gone.
    function name_of(finding) {
        return JSON.stringify([finding.severity, finding.code, finding.message]);
    }

    function place_of(finding) {
        return [typeof finding.cell === "number" ? finding.cell : -1, finding.line || 0];
    }

    // → [[findings of one kind, by cell and line]], the kinds in the order in which they came.
    function grouped(findings) {
        var groups = new Map();
        findings.forEach(function (finding) {
            groups.set(kind_of(finding), (groups.get(kind_of(finding)) || []).concat(finding));
        });
        var found = Array.from(groups.values());
        found.forEach(function (group) {
            group.sort(function (one, other) {
                return place_of(one)[0] - place_of(other)[0] || place_of(one)[1] - place_of(other)[1];
            });
        });
        return found.sort(function (one, other) { return rank(one[0]) - rank(other[0]); });
    }

    // unfolded: a Set of the kinds of which all are wanted.
    // → [{name: unlike any other's, finding, kind, hint: whether its hint is to be said, once for its kind,
    //    folded: whether it is one of too many, more: of the last that is shown of such a kind, how many are not}]
    function rows(findings, unfolded) {
        var counts = new Map();
        return [].concat.apply([], grouped(findings).map(function (group) {
            var kind = kind_of(group[0]);
            var shown = group.length > MANY && !(unfolded && unfolded.has(kind)) ? FEW : group.length;
            return group.map(function (finding, n) {
                var name = name_of(finding);
                counts.set(name, (counts.get(name) || 0) + 1);
                return {
                    name: name + counts.get(name), finding: finding, hint: !!finding.hint && n === shown - 1,
                    kind: kind, folded: n >= shown, more: n === shown - 1 ? group.length - shown : 0
                };
            });
        }));
    }

    // The severity of the worst.
    function worst(findings) {
        var ranks = findings.map(rank);
        return SEVERITIES[Math.min.apply(null, ranks.concat(SEVERITIES.length - 1))];
    }

    return {grouped: grouped, rows: rows, worst: worst, name_of: name_of};
});
