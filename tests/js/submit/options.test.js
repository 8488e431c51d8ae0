// What can be chosen, and what gives way.
"use strict";

const assert = require("node:assert");
const test = require("node:test");
const {resources} = require("./given.js");
const options = require("../amd.js").loader()("./submit/options");

test("options are sorted as people count, and labelled", () => {
    assert.deepStrictEqual(options.instance_options(resources).map((option) => option.label), [
        "CPU 1 · 0.5 cores · 2 GB", "CPU 10 · 10 cores · 20.13 GB", "GPU 1 · 4 cores · 16 GB · 1 GPU"
    ]);
    assert.deepStrictEqual(options.image_options(resources, "cpu-1"), [
        {value: "building", label: "a new one · CPU – not ready yet", disabled: true},
        {value: "base-notebook", label: "Base notebook · universal", disabled: false},
        {value: "odd", label: "odd", disabled: false},
        {value: "torch", label: "Torch · GPU – needs a GPU instance type", disabled: true}
    ]);
    assert.ok(!options.image_options(resources, "gpu-1")[3].disabled);
});

test("an image that cannot run on another instance type gives way and it is told", () => {
    assert.deepStrictEqual(options.change_instance(resources, "gpu-1", "torch"), {image: "torch", notice: ""});
    const change = options.change_instance(resources, "cpu-1", "torch");
    assert.strictEqual(change.image, "base-notebook");
    assert.match(change.notice, /“Torch”.*“Base notebook”/);
    const only_gpu = {...resources, images: resources.images.slice(0, 1)};
    assert.strictEqual(options.change_instance(only_gpu, "cpu-1", "torch").image, null);
    assert.match(options.change_instance(only_gpu, "cpu-1", "torch").notice, /No image/);
});

// --- quotas ----------------------------------------------------------------------------------------------------------

const short = (whose, what, needs, quota, free = null) => ({whose, what, needs, quota, free});
const with_shortage = (shortage) => ({instance_types: [
    {name: "cpu-1", display_name: "CPU 1", cpu: 1, memory_gb: 2, gpu: 0, shortage},
    {name: "cpu-2", cpu: 2, memory_gb: 4}
]});

test("an instance type that is over a quota, or has to wait, is marked, with the reason", () => {
    const label = "CPU 1 · 1 core · 2 GB";
    for (const [shortage, mark, help] of [
        [short("user", "gpu", 4, 1), "over your quota of 1 GPU", /counts 4 GPUs, and your quota is 1 GPU\./],
        [short("group", "cpu", 4, 2.5), "over your group's quota of 2.5 cores", /4 cores, and your group's quota/],
        [short("user", "memory_gb", 512, 4), "over your quota of 4 GB", /counts 512 GB, and your quota is 4 GB\./],
        [short("group", "gpu", 1, 2, 0), "waits: 0 of the group's 2 GPUs free", /waits .*: 0 of 2 GPUs free/]
    ]) {
        const given = with_shortage(shortage);
        assert.strictEqual(options.instance_options(given)[0].label, `${label} – ${mark}`);
        assert.match(options.instance_help(given, "cpu-1"), help);
        assert.strictEqual(options.instance_help(given, "cpu-2"), "");
        assert.ok(!options.instance_options(given)[0].disabled, "PrimeHub decides");
    }
});

test("what the field says of a quota, the findings need not say again", () => {
    const codes = ["over_user_quota", "over_group_quota", "quota_in_use", "gpu_missing", "constructor"];
    assert.deepStrictEqual(codes.map((code) => options.is_about_quota({code})), [true, true, true, false, false]);
});

test("what is over a quota is not chosen by itself, but stays where it was wanted", () => {
    const over = options.instance_options(with_shortage(short("user", "cpu", 1, 0)));
    assert.deepStrictEqual([options.choose(over, []), options.choose(over, ["cpu-1"])], ["cpu-2", "cpu-1"]);
    assert.strictEqual(options.choose(over.slice(0, 1), []), "cpu-1");
    const waiting = options.instance_options(with_shortage(short("group", "cpu", 1, 2, 0)));
    assert.strictEqual(options.choose(waiting, []), "cpu-1");
});

test("the quota, and what is left of it", () => {
    const quota = {cpu: 4, memory_gb: 16, gpu: 0};
    const none = {cpu: null, memory_gb: null, gpu: null};
    const say = (given) => options.quota_text({quota: none, usage: none, user_quota: none, ...given});
    assert.strictEqual(say({quota, usage: {cpu: 0.5, memory_gb: 17, gpu: 0}}),
        "Your group's quota: 3.5 of 4 cores, 0 of 16 GB free");
    assert.strictEqual(say({quota}), "Your group's quota: 4 cores, 16 GB");
    assert.strictEqual(say({user_quota: {...quota, gpu: 1}}), "Your quota: 4 cores, 1 GPU, 16 GB");
    assert.strictEqual(say({}), "");
    assert.strictEqual(options.quota_text({}), "", "an older server half");
});
