"""What waits for a person, or goes on without end; and what looks like it and is fine in a job."""

from __future__ import annotations

import pytest

WAITING = {"asks_for_input", "debugger", "debugger_left", "asks_to_log_in", "waits_for_click"}
HF = "from huggingface_hub import login, notebook_login\n"
FLASK = "from flask import Flask\napp = Flask(__name__)\n"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("name = input('Who? ')", ("error", "asks_for_input", 1)),
        ("import getpass\ngetpass.getpass()", ("error", "asks_for_input", 2)),
        ("from getpass import getpass as ask\nkey = ask()", ("error", "asks_for_input", 2)),
        ("def ask():\n    return int(input())\n\nn = ask()", ("error", "asks_for_input", 2)),
        ("while True:\n    input()\n    break", ("error", "asks_for_input", 2)),
        ("for i in range(3):\n    input()", ("warning", "asks_for_input", 2)),
        ("if __name__ == '__main__':\n    input()", ("error", "asks_for_input", 2)),
        ("try:\n    n = int(input())\nexcept ValueError:\n    n = 0", ("error", "asks_for_input", 2)),
        ("def forward(self, input):\n    return input\ninput()", ("error", "asks_for_input", 3)),
        ("import pdb\npdb.set_trace()", ("error", "debugger", 2)),
        ("import pdb; pdb.set_trace()", ("error", "debugger", 1)),
        ("from IPython.core.debugger import set_trace\nset_trace()", ("error", "debugger", 2)),
        ("import IPython\nIPython.embed()", ("error", "debugger", 2)),
        ("from rich.prompt import Prompt\nPrompt.ask('Who?')", ("error", "asks_for_input", 2)),
        ("import pdb\npdb.pm()", ("error", "debugger", 2)),
        ("__import__('pdb').set_trace()", ("error", "debugger", 1)),
        ("from IPython.core.debugger import Pdb\nPdb().set_trace()", ("error", "debugger", 2)),
        ("x = 1\nbreakpoint()", ("note", "debugger_left", 2)),
        ("%debug", ("note", "debugger_left", 1)),
        ("%pdb on", ("note", "debugger_left", 1)),
        ("%%debug\nx = 1", ("note", "debugger_left", 1)),
        (HF + "notebook_login()", ("warning", "asks_to_log_in", 2)),
        (HF + "login()", ("warning", "asks_to_log_in", 2)),
        ("import wandb\nwandb.login()", ("warning", "asks_to_log_in", 2)),
        ("import azure.identity as a\na.DeviceCodeCredential()", ("warning", "asks_to_log_in", 2)),
        ("creds = flow.run_local_server(port=0)", ("warning", "asks_to_log_in", 1)),
        ("from ipywidgets import interact_manual\n@interact_manual\ndef f(x=3): pass", ("note", "waits_for_click", 2)),
        ("import ipywidgets as w\nb = w.Button()\nb.on_click(print)", ("note", "waits_for_click", 3)),
        ("import ipywidgets as w\nup = w.FileUpload()", ("note", "waits_for_click", 2)),
        ("from ipywidgets import interact_manual\ninteract_manual(print, x=3)", ("note", "waits_for_click", 2)),
    ],
)
def test_what_waits_for_a_person(told, source, expected):
    severity, code, line = expected
    assert told(source, codes=WAITING) == [(severity, code, 0, line)]


@pytest.mark.parametrize(
    "source",
    [
        "def ask():\n    return input()",
        "ask = lambda: input()",
        "class Game:\n    def ask(self):\n        return input()",
        "def input(): return 3\ninput()",
        "from fake import input\ninput()",
        "def f(input):\n    return input()\nf(print)",
        "model = layer(input=3)\nmodel.input(3)",
        "interactive = False\nif interactive:\n    input()",
        "try:\n    name = input()\nexcept Exception:\n    name = 'job'",
        "try:\n    name = input()\nexcept (EOFError, NotImplementedError):\n    name = 'job'",
        "import os\nkey = os.environ.get('KEY') or input()",
        "import contextlib\nwith contextlib.suppress(Exception):\n    input()",
        "import pdb\nif False:\n    pdb.set_trace()",
        "%pdb off",
        HF + "login(token=token)",
        HF + "login(token)",
        HF + "login(skip_if_logged_in=True)",
        HF + "import os\nos.environ['HF_TOKEN'] = read()\nlogin()",
        "import wandb\nwandb.login(key=key)",
        "import os, wandb\nos.environ['WANDB_MODE'] = 'offline'\nwandb.login()",
        "from unittest.mock import patch\nwith patch('builtins.input', return_value='3'):\n    input()",
        "from dotenv import load_dotenv\nload_dotenv()\nimport wandb\nwandb.login()",
        "from site import login\nlogin()",
        "from ipywidgets import interact\ninteract(print, x=3)",
        "plot.on_click(print)",
        "tracer.set_trace(1)",
        "def gen():\n    yield input()\ng = gen()",
    ],
)
def test_what_waits_for_nobody(told, source):
    assert told(source, codes=WAITING) == []


@pytest.mark.parametrize(
    ("source", "left"),
    [
        ("x = 1\nbreakpoint()\ny = 2", {"old": "breakpoint()", "line": 2}),
        ("%debug", {"old": "%debug", "line": 1}),
        ("import pdb; pdb.set_trace()", None),
        ("if x:\n    breakpoint()", None),
        ("%%debug\nx = 1", None),
    ],
)
def test_a_debugger_is_deleted_where_it_is_alone(findings, source, left):
    [found] = [each for each in findings(source) if each["code"] in WAITING]
    assert (found["fix"]["edits"] if found["fix"] else None) == (left and [{"cell": 0, "new": "", **left}])


@pytest.mark.parametrize(
    "source",
    [
        FLASK + "app.run()",
        FLASK + "if __name__ == '__main__':\n    app.run(port=80)",
        "import uvicorn\nuvicorn.run(app)",
        "from http.server import HTTPServer as S, SimpleHTTPRequestHandler as H\nS(('', 8000), H).serve_forever()",
        "with make() as server:\n    server.serve_forever()",
        "demo.launch(debug=True)",
        "import time\nwhile True:\n    check()\n    time.sleep(60)",
        "import time\ntry:\n    while True:\n        time.sleep(1)\nexcept KeyboardInterrupt:\n    pass",
        "!python -m http.server 8000",
        "!tensorboard --logdir logs",
        "!streamlit run app.py",
        "!cd x && mlflow ui --port 5000",
        "!jupyter lab",
        "!watch -n 1 nvidia-smi",
        "!tail -f train.log",
        "!nvidia-smi -l 1",
        "%%bash\nset -e\npython manage.py runserver",
        "import os\nos.system('tensorboard --logdir logs')",
        "import subprocess\nsubprocess.run(['streamlit', 'run', 'app.py'])",
        "import subprocess, sys\nsubprocess.run([sys.executable, '-m', 'http.server', str(port)])",
        "import uvicorn\nserver = uvicorn.Server(uvicorn.Config(app))\nserver.run()",
        "demo.launch()\ndemo.block_thread()",
        "while True:\n    pass",
        "import time\ndef main():\n    while True:\n        poll()\n        time.sleep(1)\nmain()",
        "!airflow standalone",
        "!top",
        "!nvidia-smi dmon",
        "!ping -i 2 host",
        "!vim x.py",
    ],
)
def test_what_goes_on_without_end(told, source):
    found = told(source, codes={"never_returns"})
    assert [each[:2] for each in found] == [("warning", "never_returns")]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (FLASK + "app.run(port=80)", "app.run()"),
        ("self.web.server.serve_forever()", "self.web.server.serve_forever()"),
        ("make(token)['x'].serve_forever()", "serve_forever()"),
        ("import uvicorn as u\nu.run(app)", "uvicorn.run()"),
    ],
)
def test_what_goes_on_is_named_without_its_arguments(findings, source, said):
    assert [each["values"]["call"] for each in findings(source) if each["code"] == "never_returns"] == [said]


@pytest.mark.parametrize(
    "source",
    [
        "demo.launch()",
        "demo.launch(share=True)",
        "%load_ext tensorboard\n%tensorboard --logdir logs",
        FLASK + "@app.route('/')\ndef index(): return ''\nclient = app.test_client()",
        FLASK + "import threading\nthreading.Thread(target=app.run).start()",
        "def serve():\n    server.serve_forever()",
        "sess.run(x)\nstrategy.run(f)\nexperiment.run()",
        "import subprocess\nsubprocess.run(['ls'])",
        "while True:\n    x = next(it)",
        "import time\nwhile True:\n    time.sleep(1)\n    if done(): break",
        "import time\nwhile not done():\n    time.sleep(1)",
        "try:\n    while True:\n        session.run(step)\nexcept OutOfRange:\n    pass",
        "!tensorboard --version",
        "!nohup tensorboard --logdir logs > log.txt 2>&1 &",
        "!python train.py --http.server",
        "!streamlit --help",
        "!mlflow run .",
        "!jupyter nbconvert a.ipynb",
        "!jupyter lab build --minimize=False",
        "!tensorboard dev upload --logdir logs --one_shot",
        "!redis-server --daemonize yes",
        "import sys\nif 'google.colab' in sys.modules:\n    !tensorboard --logdir logs",
        "!tail -n 5 train.log",
        "!nvidia-smi",
        "!timeout 60 python -m http.server",
        "!echo tensorboard",
        "%%bash --bg\ntensorboard --logdir logs",
        "import os\nos.system('nohup tensorboard --logdir logs &')",
        "import subprocess\nsubprocess.Popen(['streamlit', 'run', 'app.py'])",
        "import subprocess\nsubprocess.run(['streamlit', 'run', 'app.py'], timeout=9)",
        "import os\nif serve:\n    os.system('mlflow ui')",
        "import time\ndef main():\n    while True:\n        time.sleep(1)",
        "import time\ndef main():\n    while True:\n        time.sleep(1)\n        if done(): return\nmain()",
        "!top -b -n 1",
        "!ping -c 3 host",
        "!tensorboard --inspect --logdir logs",
        "!gunicorn -D app:app",
    ],
)
def test_what_returns(told, source):
    assert told(source, codes={"never_returns"}) == []


@pytest.mark.parametrize(
    ("source", "new"),
    [
        ("!pip uninstall torch", "!pip uninstall -y torch"),
        ("!pip3 uninstall -q torch && ls", "!pip3 uninstall -y -q torch && ls"),
        ("%pip uninstall torch", "%pip uninstall -y torch"),
        ("%%capture\n!pip uninstall torch", "!pip uninstall -y torch"),
        ("!conda install scipy", "!conda install -y scipy"),
        ("!conda env remove -n x", "!conda env remove -y -n x"),
        ("!python -m pip uninstall torch", "!python -m pip uninstall -y torch"),
        ("!huggingface-cli login", None),
        ("!wandb login", None),
        ("!gcloud auth login", None),
        ("!gcloud auth application-default login", None),
        ("!aws sso login --profile x", None),
        ("!earthengine authenticate", None),
    ],
)
def test_a_command_that_asks(findings, source, new):
    [found] = [each for each in findings(source) if each["code"] == "command_waits"]
    assert (found["fix"]["edits"][0]["new"] if found["fix"] else None) == new
    assert ("asks somebody to log in" in found["message"], "-y" in found["hint"]) == (not new, bool(new))


@pytest.mark.parametrize(
    "source",
    [
        "!pip uninstall -y torch",
        "!pip uninstall torch --y\n!conda install x -qy\n!conda remove x --yes",
        "!conda env create -f environment.yml\n!conda env update",
        "!yes | pip uninstall torch",
        "!conda install -qy scipy",
        "%conda install scipy",
        "!conda list",
        "!conda config --set always_yes yes\n!conda install scipy",
        "import sys\nif 'google.colab' in sys.modules:\n    !pip uninstall x\n    %pip uninstall x",
        "!pip install scipy",
        "%%bash\npip uninstall torch",
        "found = !pip uninstall torch",
        "!huggingface-cli login --token $TOKEN",
        "%env WANDB_API_KEY=$KEY\n!wandb login",
        "!echo 'pip uninstall torch'",
        "%%writefile setup.sh\npip uninstall torch",
    ],
)
def test_a_command_that_does_not_ask(told, source):
    assert told(source, codes={"command_waits"}) == []
