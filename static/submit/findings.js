// What would go wrong in a job: the server's findings in; one block that counts them, errors first, each with its cell
// and what can be done about it, said aloud when they change, out.
define([
    "jquery", "../ui/elements", "../ui/fold", "../ui/notice", "../words/findings", "./anchors",
    "./finding_order", "./mending"
], function ($, elements, fold, notice, words, anchors, finding_order, mending) {
    "use strict";

    var text = words.text;
    var ICONS = {error: "fa-times-circle", warning: "fa-exclamation-triangle", note: "fa-info-circle"};
    var SAID = 3; // of the new ones, aloud; the rest can be read

    function severity_of(finding) {
        return Object.prototype.hasOwnProperty.call(ICONS, finding.severity) ? finding.severity : "note";
    }

    // --- beside what they are about ---------------------------------------------------------------------------------

    function paragraph(said) {
        return $("<p>").append(elements.parts(said));
    }

    function box(group) {
        var said = group.map(words.describe);
        return notice.make("warning", "note").addClass("primehub-break").attr("data-finding", said[0].code).append(
            said.map(function (each) { return paragraph(each.message).addClass("primehub-error-message"); }),
            said[0].hint ? paragraph(said[0].hint) : null
        );
    }

    // A place for findings at a field, there from the start, or screen readers would not speak what comes into it.
    // → {element, show(findings)}
    function place(id) {
        var element = $("<div>").attr({id: id, role: "status"});
        var shown = "[]";

        function show(findings) {
            var now = JSON.stringify(findings);
            // What stays is not said again.
            if (now !== shown) {
                shown = now;
                element.empty().append(finding_order.grouped(findings).map(box));
            }
        }
        return {element: element, show: show};
    }

    // "Cell 4: …", where it is about a cell.
    function sentence(finding) {
        var spot = anchors.spot(finding);
        return $("<span>").append(
            spot && spot.number ? [$("<strong>").text(text("finding_cell", {cell: spot.number})), " "] : null,
            elements.parts(words.describe(finding).message)
        );
    }

    // --- one of them -----------------------------------------------------------------------------------------------

    // on: {show(finding), fix(findings), unfold(kind, position)}. → {element, update(row of finding_order.js)}
    function make_row(on) {
        var finding = null;
        var kind_here = null;
        var icon = $("<i>").attr("aria-hidden", "true");
        var severity = $("<span>").addClass("sr-only");
        var message = $("<span>");
        var hint = $("<span>").addClass("primehub-finding-hint");
        var show = elements.button(null, text("finding_show"), function () { on.show(finding); }, "btn-default btn-xs");
        var fix = elements.button(null, "", function () { on.fix([finding]); }, "btn-default btn-xs primehub-fix");
        var more = elements.button(null, "", function () { on.unfold(kind_here, element.index()); },
            "btn-link primehub-fold primehub-finding-more").attr("aria-expanded", "false");
        var element = $("<li>").append(icon, $("<div>").addClass("primehub-finding-said").append(
            severity, " ", message, $("<span>").addClass("primehub-finding-do").append(show, fix), hint, more
        ));

        function update(row) {
            finding = row.finding;
            kind_here = row.kind;
            var said = words.describe(finding);
            var spot = anchors.spot(finding);
            var kind = severity_of(finding);
            element.attr({"data-finding": said.code, class: "primehub-finding primehub-finding-" + kind});
            icon.attr("class", "fa fa-fw " + ICONS[kind]);
            severity.text(text("finding_" + kind));
            message.empty().append(sentence(finding));
            hint.empty().append(row.hint && said.hint ? elements.parts(said.hint) : null);
            show.toggle(!!spot).attr("aria-label", spot && spot.number
                ? text("finding_show_label", {cell: spot.number}) : text("finding_show_here"));
            var label = (finding.fix && finding.fix.label) || text("finding_fix");
            fix.toggle(mending.can_fix(finding)).text(label).attr({
                title: label, "aria-label": text("finding_fix_label", {label: label, message: said.message})
            });
            more.toggle(row.more > 0).text(words.plural("findings_more", row.more));
        }
        return {element: element, update: update};
    }

    // --- all of them -----------------------------------------------------------------------------------------------

    // on: {show(finding), changed(findings, whether they are fixed now)}
    // → {element, show(findings), title: where the focus can go}
    function block(id, on) {
        var rows = new Map(); // name → what make_row() has made
        var findings = [];
        var unfolded = new Set(); // kinds of which there are many, and all are wanted
        var said = null;
        var list = $("<ul>").addClass("primehub-finding-list").attr({"aria-labelledby": id + "_title"});
        var title = $("<span>").addClass("primehub-finding-title").attr({id: id + "_title", tabindex: "-1"});
        var aloud = $("<div>").addClass("sr-only").attr("role", "status");
        var body = $("<div>").addClass("primehub-findings-body");
        var hints = fold.make(id + "_hints", list, "primehub-fold-help", function (whether) {
            body.toggleClass("primehub-hints", whether);
            measure();
        });
        hints.label(text("findings_hints"));
        var fixed = new Set(); // names: not to be told again of what was read from the disk
        var mended = mending.make(function (changed, is_fixed) {
            changed.map(finding_order.name_of).forEach(function (name) {
                fixed[is_fixed ? "add" : "delete"](name);
            });
            if (is_fixed) {
                show(findings.filter(function (finding) { return changed.indexOf(finding) < 0; }));
            }
            on.changed(changed, is_fixed);
        });
        var fix_all = elements.button(id + "_fix_all", "", function () {
            mended.fix(findings.filter(mending.can_fix));
        }, "btn-default btn-xs");
        var shown = $("<div>").addClass("primehub-field primehub-findings").append(
            $("<div>").addClass("primehub-label").append(title, " ", hints.toggle, " ", fix_all),
            body.append(list, mended.element)
        ).hide();

        // What scrolls is scrolled by keyboard too.
        function measure() {
            list.attr("tabindex", list[0].scrollHeight > list[0].clientHeight ? "0" : null);
        }

        function heading() {
            var worst = finding_order.worst(findings);
            return findings.length
                ? words.plural(worst === "note" ? "findings_notes" : "findings_look", findings.length)
                : text("findings_done");
        }

        // What is new, and how many there are; what stays is not said again.
        function say(now) {
            var names = now.map(function (row) { return row.name; });
            if (said !== null && names.join() === said.join()) {
                return;
            }
            var before = said || [];
            var is_news = now.length || said !== null && before.length;
            said = names;
            aloud.empty().append(is_news ? $("<span>").text(heading()) : null);
            now.filter(function (row) { return before.indexOf(row.name) < 0; }).slice(0, SAID).forEach(function (row) {
                aloud.append(" ", $("<span>").text(words.describe(row.finding).message));
            });
        }

        // What stays is not moved in the page either: that would take the focus from it.
        function arrange(now) {
            var at = list[0].firstChild;
            now.forEach(function (row) {
                var element = rows.get(row.name).element[0];
                if (element === at) {
                    at = at.nextSibling;
                } else {
                    list[0].insertBefore(element, at);
                }
            });
        }

        // The focus goes to a button of a row, else to the first there is of some others, else to the title.
        function go_to(position, which, others) {
            var stops = list.children().eq(position).find(".primehub-finding-do button").filter(":visible");
            var stop = [stops[which](), others.filter(":visible"), title].filter(function (each) {
                return each.length > 0;
            })[0];
            stop.first().trigger("focus");
        }

        // Whoever has pressed a button that is gone now goes on with the next one.
        function keep_focus(had, position) {
            if (had && !$(document.activeElement).is(list.find("button:visible"))) {
                go_to(Math.min(position, list.children().length - 1), "last", mended.undo);
            }
        }

        // To the first of those that come to sight.
        function unfold(kind, position) {
            unfolded.add(kind);
            show(findings);
            go_to(position + 1, "first", $());
        }

        function show(found) {
            var focused = $(document.activeElement).closest("li", list[0]);
            var had = focused.length > 0 && list[0].contains(focused[0]);
            var position = focused.index();
            findings = found.filter(function (finding) {
                return anchors.is_bound(finding) || !fixed.has(finding_order.name_of(finding));
            });
            var now = finding_order.rows(findings, unfolded);
            var seen = now.filter(function (row) { return !row.folded; });
            var names = new Set(seen.map(function (row) { return row.name; }));
            rows.forEach(function (row, name) {
                if (!names.has(name)) {
                    row.element.remove();
                    rows.delete(name);
                }
            });
            seen.forEach(function (each) {
                rows.set(each.name, rows.get(each.name) || make_row({
                    show: on.show, fix: mended.fix, unfold: unfold
                }));
                rows.get(each.name).update(each);
            });
            arrange(seen);
            var fixable = findings.filter(mending.can_fix).length;
            fix_all.toggle(fixable > 1).text(text("fix_all", {count: fixable}));
            hints.toggle.toggle(findings.some(function (finding) { return !!words.describe(finding).hint; }));
            title.text(heading());
            shown.toggle(findings.length > 0 || mended.is_telling());
            measure();
            keep_focus(had, position);
            say(now);
        }
        return {element: $("<div>").attr("id", id).append(aloud, shown), show: show, title: title};
    }

    return {block: block, place: place, sentence: sentence};
});
