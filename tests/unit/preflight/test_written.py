"""Secrets in cells: by their form and by their name; and what only looks like one."""

from __future__ import annotations

import json

import pytest

HF, OPENAI, WANDB = (
    "hf_QwErTyUiOpAsDfGhJkLzXcVbNm90817263",
    "sk-proj-a1B2c3D4e5F6g7H8",
    "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c",
)


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (f"from huggingface_hub import login\nlogin(token='{HF}')", 2),
        (f"# login('{HF}')\nx = 1", 1),
        (f"import os\nos.environ['OPENAI_API_KEY'] = '{OPENAI}'", 2),
        (f"import os\nos.environ['WANDB_API_KEY'] = '{WANDB}'", 2),
        (f"import os\nos.environ.setdefault('X_TOKEN', '{WANDB}')", 2),
        (f"api_key = '{WANDB}'", 1),
        ("db_password = 'hunter2'", 1),
        ("db_pwd = 'hunter2'", 1),
        ("x = 'https://a.blob.core.windows.net/b?sv=2021-06-08&se=2030&sig=Qz7Jw2Kx9Lp4Vn8Tr5Yb3Hd6'", 1),
        ("connect(user='ann',\n        password='q9Kx!')", 2),
        ("config = {'password': 'q9Kx!'}", 1),
        ("def f(password='q9Kx!'): pass", 1),
        (f"headers = {{'Authorization': 'Bearer {WANDB}'}}", 1),
        ("url = 'postgresql://ann:q9Kx@db/x'", 1),
        (f"!wandb login {WANDB}", 1),
        (f"!huggingface-cli login --token {HF}", 1),
        (f"%%bash\nexport X_API_KEY={WANDB}", 2),
        (f"%env X_TOKEN={WANDB}", 1),
        ("!git clone https://ann:q9Kxabcd@github.com/a/b", 1),
        ("key = '''-----BEGIN RSA PRIVATE KEY-----\nMII'''", 1),
        (f"headers = {{'Authorization': 'Token {WANDB}'}}", 1),
        ("headers = {'Authorization': 'Basic dXNlcjpodW50ZXIyMjE5'}", 1),
        (f"!curl -H 'X-API-Key: {WANDB}' https://a", 1),
        ("!curl -u ann:q9Kxab https://a", 1),
        ("!mysql -u root -pq9Kxab", 1),
        ("!sshpass -p q9Kxab ssh host", 1),
        (f"!aws configure set aws_secret_access_key {WANDB}", 1),
        (f"get('https://a?api_key={WANDB}')", 1),
        ("connect('host=a user=ann password=q9Kxab')", 1),
        ("get(url, auth=('ann', 'q9Kxab'))", 1),
        ("smtp.login('ann', 'q9Kxab')", 1),
        (f"wandb.login(key='{WANDB}')", 1),
        ("user, password = 'ann', 'q9Kxab'", 1),
        ("import os\npassword = os.getenv('DB_PASSWORD', 'q9Kxab')", 2),
        ("password = b'q9Kxab'", 1),
        (f"api_keys = {{'a': '{WANDB}'}}", 1),
        ("kaggle = {'username': 'ann', 'key': '0f1e2d3c4b5a69788796a5b4c3d2e1f0'}", 1),
        ("%%writefile config.yaml\nuser: ann\npassword: q9Kxab", 3),
        ("%%writefile .env\nDB_PASSWORD=q9Kxab", 2),
        ("pem = '-----BEGIN PRIVATE KEY-----\\nMIIEv'", 1),
        ("url = 'https://discord.com/api/webhooks/827364509182736450/a1B2c3D4e5F6g7H8i9J0'", 1),
        ("%%writefile .netrc\naws AKIAQ3EGRT7WXYZ2LMNO", 2),
    ],
)
def test_a_secret_in_a_cell(findings, source, line):
    found = [each for each in findings("import x", source) if each["code"] == "secret_in_cell"]
    assert [(each["severity"], each["cell"], each["line"]) for each in found] == [("warning", 1, line)]
    told = json.dumps(found)
    assert not any(secret in told for secret in (HF, OPENAI, WANDB, "hunter2", "q9Kx", "AKIA", "MII"))


@pytest.mark.parametrize(
    "source",
    [
        "login(token='YOUR_TOKEN')",
        "login(token='<token>')",
        "login(token='hf_...')",
        "login(token='hf_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx')",
        "token = ''",
        "token = 'cat'",
        "pad_token = '[PAD]'\neos_token = '</s>'",
        "for token in ['a', 'b']: pass",
        "api_key = 'xxx'",
        "api_key = os.environ['API_KEY']",
        "api_key = userdata.get('OPENAI_API_KEY')",
        "os.environ['OPENAI_API_KEY'] = getpass('OpenAI API key: ')",
        "password = getpass()",
        "password = 'your-password'",
        "password = 'admin'",
        "x = 'https://books.google.com/books?id=1oEa&ots=cBDIX&sig=GHB8-inorWrU39vA8JYV_sCtqB8&hl=en'",
        "pwd = '/home/ann/x1'\ndata_pwd = 'data'\npwd = '../x1'",
        "token_path = '/home/ann/token123456789.json'",
        "credentials = 'service-account-2024.json'",
        "secret_key = 'projects/1234/secrets/abc/versions/1'",
        "x = 'sk-learn is a task-specific library'",
        "print('The bearer token is short')",
        "headers = {'Authorization': f'Bearer {token}'}",
        "url = 'postgresql://user:password@localhost/db'",
        "url = f'postgresql://{user}:{password}@db/x'",
        "url = 'https://example.com:8080/a@b'",
        "aws = 'AKIAIOSFODNN7EXAMPLE'",
        "if '-----BEGIN PRIVATE KEY' in text: pass",
        "!wandb login $WANDB_API_KEY",
        "!wandb login",
        "use_auth_token = True\nkeyboard = 'qwertz1234567890asdf'",
        "sha = '0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c'",
        "pwd = '/home/jovyan'\nPWD = './x'",
        "url = 'postgresql://user:pass@localhost/db'",
        "schema = {'password': 'string', 'token': 'varchar'}\nvalid = {'password': 'required'}",
        "PASSWORD_HASH_ALGO = 'sha256'\npassword_label = 'Word:'",
        "password = settings.get('password', 'missing')",
        "get(url, auth=('user', 'pass'))\nget(url, auth=(user, password))\nclient.login(user, password)",
        "connect(host=HOST, user=USER, password=PW)",
        "user, password = ask()",
        "headers = {'Authorization': 'Basic ' + encoded}",
        "!curl -u $USER:$PW https://a\n!curl -H 'X-API-Key: {key}' https://a\n!mysql -u root -p$PW",
        "%%writefile config.yaml\npassword: ${PW}\npassword_reset_timeout: 3600\ntoken: <token>",
        "sorted(rows, key=by_name_and_number_2)",
        "tokens = ['[CLS]', 'word1', 'antidisestablishmentarianism2']",
        "pem = '-----BEGIN PRIVATE KEY-----\\n' + body",
        "import PySimpleGUI as sg\nsg.Window('a')",
        "ds = load_dataset('x', key='image', tokenizer='bert-base-uncased-2018')",
    ],
)
def test_what_is_no_secret(told, source):
    assert told(source, codes={"secret_in_cell"}) == []


def test_a_parameter_is_told_of_once(told):
    found = told("hf_token = '" + HF + "'", tags={0: ["parameters"]}, codes={"secret_in_cell", "secret_parameter"})
    assert found == [("warning", "secret_parameter", 0, 1)]


def test_any_language_is_looked_at(told):
    assert told(f"x <- '{HF}'", language="R", codes={"secret_in_cell"}) == [("warning", "secret_in_cell", 0, 1)]
