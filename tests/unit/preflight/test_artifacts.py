"""A relative `artifacts/`, in Python and shell: pointed out where it is written to, mended everywhere."""

from __future__ import annotations

import pytest

THERE = "/home/jovyan/artifacts"


@pytest.mark.parametrize(
    ("source", "mended"),
    [
        ("!mkdir -p artifacts", f"!mkdir -p {THERE}"),
        ("!mkdir -p ./artifacts/", f"!mkdir -p {THERE}/"),
        ("!cp my_model.h5 artifacts/", f"!cp my_model.h5 {THERE}/"),
        ("!cp -r logs \\\n  artifacts", f"!cp -r logs \\\n  {THERE}"),
        ("!echo artifacts; cp -r artifacts-old 'artifacts/x'", f"!echo artifacts; cp -r artifacts-old '{THERE}/x'"),
        ("%mkdir artifacts", f"%mkdir {THERE}"),
        ("%%bash\nset -e\ntime cp a artifacts/b && rm a", f"%%bash\nset -e\ntime cp a {THERE}/b && rm a"),
        ("!python train.py > artifacts/log.txt", f"!python train.py > {THERE}/log.txt"),
        ("open('artifacts/x.txt', 'w').write('a')", f"open('{THERE}/x.txt', 'w').write('a')"),
        ('with open("./artifacts/x", mode="wb") as f:\n    pass', f'with open("{THERE}/x", mode="wb") as f:\n    pass'),
        ("df.to_csv(path_or_buf='artifacts/x.csv')", f"df.to_csv(path_or_buf='{THERE}/x.csv')"),
        ("model.save(f'artifacts/{name}.h5')", f"model.save(f'{THERE}/{{name}}.h5')"),
        ("for i in x:\n    model.save('artifacts/%d' % i)", f"for i in x:\n    model.save('{THERE}/%d' % i)"),
        ("df.to_csv('artifacts/' + name)", f"df.to_csv('{THERE}/' + name)"),
        ("a = 'é'; df.to_csv('artifacts/é.csv')", f"a = 'é'; df.to_csv('{THERE}/é.csv')"),
        (
            "import os\nout = 'artifacts'\nos.makedirs(out, exist_ok=True)\ndf.to_csv(f'{out}/x')\n"
            "!cp a {out}/b\n!cp a $out",
            f"import os\nout = '{THERE}'\nos.makedirs(out, exist_ok=True)\ndf.to_csv(f'{{out}}/x')\n"
            "!cp a {out}/b\n!cp a $out",
        ),
        (
            "from pathlib import Path\nout = Path('artifacts') / 'a'\n(out / 'b').mkdir()",
            f"from pathlib import Path\nout = Path('{THERE}') / 'a'\n(out / 'b').mkdir()",
        ),
        (
            "from matplotlib import pyplot as plt\nplt.savefig('artifacts/x.png', dpi=99)",
            f"from matplotlib import pyplot as plt\nplt.savefig('{THERE}/x.png', dpi=99)",
        ),
        ("import torch\ntorch.save(a, 'artifacts/m.pt')", f"import torch\ntorch.save(a, '{THERE}/m.pt')"),
        ("import shutil as s\ns.copy('a', r'artifacts')", f"import shutil as s\ns.copy('a', r'{THERE}')"),
        ("%%writefile artifacts/x.py\npass", f"%%writefile {THERE}/x.py\npass"),
        ("import os\nos.system('mkdir -p artifacts')", f"import os\nos.system('mkdir -p {THERE}')"),
        (
            "import subprocess\nsubprocess.run(['mkdir', '-p', 'artifacts'], check=True)",
            f"import subprocess\nsubprocess.run(['mkdir', '-p', '{THERE}'], check=True)",
        ),
        ("!python train.py --output-dir artifacts/a", f"!python train.py --output-dir {THERE}/a"),
        ("!python train.py --data x --save_dir=artifacts", f"!python train.py --data x --save_dir={THERE}"),
        ("Trainer(model, output_dir='artifacts')", f"Trainer(model, output_dir='{THERE}')"),
        ("save_results(x, 'artifacts/x.json')", f"save_results(x, '{THERE}/x.json')"),
        ("![ -d artifacts ] || mkdir artifacts", f"![ -d {THERE} ] || mkdir {THERE}"),
        ("!tar -czf artifacts/x.tgz out", f"!tar -czf {THERE}/x.tgz out"),
        ("!zip -r artifacts/x.zip out", f"!zip -r {THERE}/x.zip out"),
        ("!unzip x.zip -d artifacts", f"!unzip x.zip -d {THERE}"),
        ("!wget https://a/b -O artifacts/b", f"!wget https://a/b -O {THERE}/b"),
        ("!python train.py --output artifacts/x", f"!python train.py --output {THERE}/x"),
        ("!python train.py -o artifacts/x", f"!python train.py -o {THERE}/x"),
        ("%%bash\ncat > artifacts/x <<EOF\nhi\nEOF", f"%%bash\ncat > {THERE}/x <<EOF\nhi\nEOF"),
        ("%%writefile 'artifacts/x.py'\npass", f"%%writefile '{THERE}/x.py'\npass"),
        ("%cd artifacts\nopen('x', 'w')", f"%cd {THERE}\nopen('x', 'w')"),
        ("import os\nos.chdir('artifacts')", f"import os\nos.chdir('{THERE}')"),
        ("import os\nos.system(f'cp {x} artifacts/')", f"import os\nos.system(f'cp {{x}} {THERE}/')"),
        (
            "import subprocess\nsubprocess.Popen(('cp', str(x), 'artifacts/'))",
            f"import subprocess\nsubprocess.Popen(('cp', str(x), '{THERE}/'))",
        ),
        ("import shutil\nshutil.copy2('a', dst='artifacts')", f"import shutil\nshutil.copy2('a', dst='{THERE}')"),
        ("out = 'artifacts'\ndf.to_csv('{}/x'.format(out))", f"out = '{THERE}'\ndf.to_csv('{{}}/x'.format(out))"),
        ("out = 'artifacts'\ndf.to_csv('%s/x' % out)", f"out = '{THERE}'\ndf.to_csv('%s/x' % out)"),
        (
            "import os\nopen(os.sep.join(['artifacts', 'x']), 'w')",
            f"import os\nopen(os.sep.join(['{THERE}', 'x']), 'w')",
        ),
        (
            "c = {'out': 'artifacts'}\ndf.to_csv(c['out'] + '/x')",
            f"c = {{'out': '{THERE}'}}\ndf.to_csv(c['out'] + '/x')",
        ),
        (
            "c = dict(out='artifacts')\ndf.to_csv(c['out'] + '/x')",
            f"c = dict(out='{THERE}')\ndf.to_csv(c['out'] + '/x')",
        ),
        ("class C:\n    out = 'artifacts'\ndf.to_csv(C.out)", f"class C:\n    out = '{THERE}'\ndf.to_csv(C.out)"),
        (
            "def save(a, out='artifacts'):\n    a.to_csv(out + '/x')\nsave(df)",
            f"def save(a, out='{THERE}'):\n    a.to_csv(out + '/x')\nsave(df)",
        ),
        (
            "def f(path):\n    with open(path, 'w'):\n        pass\nf('artifacts/x')",
            f"def f(path):\n    with open(path, 'w'):\n        pass\nf('{THERE}/x')",
        ),
        ("def f(path):\n    open(path, 'w')\nf('artifacts/x')\nf(path='artifacts/y')", None),
        ("def save(n):\n    np.save('artifacts/' + n, n)\nimport numpy as np", None),
        ("%cd ..\nopen('artifacts/x', 'w')", f"%cd ..\nopen('{THERE}/x', 'w')"),
    ],
)
def test_written_to(notebooks, source, mended):
    [finding] = notebooks.findings(source)
    assert (finding["code"], finding["severity"], finding["cell"]) == ("relative_artifacts", "warning", 0)
    assert finding["line"] and THERE in finding["hint"]
    if mended:
        assert notebooks.mended(source) == [mended]
        assert notebooks.codes(mended) == []


@pytest.mark.parametrize(
    "source",
    [
        "!mkdir -p /home/jovyan/artifacts\n!cp a ~/artifacts/",
        "import os\nos.chdir('/home/jovyan')\nos.makedirs('artifacts')",
        "%cd /home/jovyan\n!cp a artifacts/",
        "%cd\n!cp a artifacts/",
        "!cd /home/jovyan && cp a artifacts/",
        "%%bash\ncd ~\nmkdir artifacts",
        "%cd {where}\n!cp a artifacts/",
        "import os\nif x:\n    os.chdir('/home/jovyan')\nos.makedirs('artifacts')",
        "import pandas as pd\npd.read_csv('artifacts/x.csv')",
        "open('artifacts/x').read()",
        "!ls artifacts; cat artifacts/x; rm -r artifacts",
        "import os\nos.path.exists('artifacts')",
        "open('my_artifacts/x', 'w')",
        "open('artifacts.txt', 'w')",
        "open('run/artifacts/x', 'w')",
        "!cp a artifacts.zip",
        "x = 'artifacts/x'",
        "load_results('artifacts/x')\nTrainer('artifacts')\n!python show.py artifacts",
        "import mlflow\nmlflow.log_artifacts('artifacts')",
        "pass  # open('artifacts/x', 'w')",
        "'''\n!cp a artifacts/\n'''",
        "open('/home/jovyan/phusers/experiment-1/artifacts/x', 'w')",
        "!git clone https://github.com/a/b\n%cd b\n!cp a artifacts/",
        "!ln -sfn ~/artifacts artifacts\n!cp a artifacts/",
        "import os\nos.symlink('/home/jovyan/artifacts', 'artifacts')\nopen('artifacts/x', 'w')",
        "open('artifacts/x', 'w')\n!cp -r artifacts/* /home/jovyan/artifacts/",
        "import shutil\nopen('artifacts/x', 'w')\nshutil.copytree(\n    'artifacts',\n    '/home/jovyan/artifacts',\n)",
        "print('cp a artifacts/')",
        "def open(x, y): pass\nopen('artifacts/x', 'w')",
        "%%writefile x.sh\ncp a artifacts/",
        "!ln -sfn /home/jovyan/artifacts artifacts\n!cp x artifacts/",
        "import os\nos.symlink('/home/jovyan/artifacts', 'artifacts')\nopen('artifacts/x', 'w')",
        "zf.write('x', 'artifacts/x')\nf.write('artifacts/')\nimport json\njson.dumps('artifacts/x')",
        "%%bash\ncat > x.sh <<'EOF'\nmkdir artifacts\nEOF",
        "%cd artifacts\nopen('x')",
        "c = {'out': 'artifacts'}\nc['out'] = where\ndf.to_csv(c['out'])",
        "c = {'out': 'artifacts'}\nc.update(out=where)\ndf.to_csv(c['out'])",
        "class C:\n    out = 'artifacts'\nC.out = where\ndf.to_csv(C.out)",
        "def f(path):\n    open(path, 'w')\nf(*x)\nf(where)\nprint('artifacts/x')",
        "!scp -r out host:artifacts/\n!aws s3 cp x s3://b/artifacts/x",
    ],
)
def test_looks_like_it_and_is_fine(notebooks, source):
    assert notebooks.codes(source) == []


def test_what_is_read_there_is_mended_with_what_is_written(notebooks):
    sources = ["out = 'artifacts'", "open(f'{out}/x', 'w')", "open('artifacts/x').read()", "!cp a artifacts/"]
    assert notebooks.codes(*sources) == [("relative_artifacts", 1, 1), ("relative_artifacts", 3, 1)]
    after = [f"out = '{THERE}'", "open(f'{out}/x', 'w')", f"open('{THERE}/x').read()", f"!cp a {THERE}/"]
    assert notebooks.mended(*sources) == after


def test_what_is_written_there_as_well_makes_no_other_good(notebooks):
    sources = [f"open('{THERE}/x', 'w')", "open('artifacts/y', 'w')", f"!cp x {THERE}/"]
    assert notebooks.codes(*sources) == [("relative_artifacts", 1, 1)]


def test_where_the_place_is_not_known_nothing_is_said(notebooks):
    assert notebooks.codes("!mkdir artifacts", volume=None) == []
    assert notebooks.codes("!mkdir artifacts", folder=None) == []
    assert notebooks.codes("!mkdir artifacts", home=None) == []
