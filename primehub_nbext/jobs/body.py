"""The body of a job's command: bash that is the same for all jobs and reads what the head assigns (command.py).

What a person can act on is said where it is seen. PrimeHub's script writes lines of its own after the command (such as
"Artifacts: no artifact found"); what it keeps of a failed job is the log's last 80 lines and of those the last 2048
bytes; and of these its console shows the first 4 lines. So `stop` says its sentence twice, 76 empty lines apart: the
first is among the first four that are kept, after a traceback of any length and with up to two lines of PrimeHub's to
come; the second is at the end of the log. Whatever is printed ends in a newline, or PrimeHub's line is glued to it.

The volume's link in /home/jovyan is made beside the command, or not at all: hence the waiting, and the mount.

A submission may have been sent more than once, and only the volume knows what became of it (claims.py): the first job
of an attempt marks it, and then has to be the first that claims the submission, or ends. Any other job of a marked
attempt was asked for by a person (Rerun, Clone, Recurring) and runs. `set -C` makes bash create a file with O_EXCL.

papermill reads {} in paths as place-holders, hence the doubling, and an argument that begins with "-" as an option,
hence the "./". A kernel gets 300 s to start, five times papermill's default: the first one on a node reads a large
image from a cold disk. 138 is papermill's status when the kernel died.

The output's metadata get the notebook's provenance (`primehub`) when papermill has ended, however it did: papermill
writes the whole notebook anew after each cell. Only the end of the file is read as JSON, and what is there before stays
as it is, also where anything of this goes wrong.
"""

from __future__ import annotations

BODY = r"""id=${PHJOB_NAME:-$HOSTNAME} output="$name-${PHJOB_NAME:-$HOSTNAME}-output.ipynb"
say() { say=${1//[[:cntrl:]]/?}; printf '%s\n' "${say:0:200}" >&2; }
stop() { say "$1"; printf '\n%.0s' {1..76} >&2; say "$1"; exit "${2:-1}"; }
new() { (set -C; : >"$1") 2>/dev/null && { { printf '%s\n' "$id" >"$1"; } 2>/dev/null; :; }; }
holder() {
  for tries in 1 2 3 4 5 6; do [ -e "$1" ] && [ ! -s "$1" ] && sleep 0.5; done
  who=; { read -r who <"$1"; } 2>/dev/null
}
volume=${snapshot%/.primehub/notebook-jobs/*} tries=0
mount=/project/${volume##*/} volume=${volume:-/}
until [ -d "$volume" ]; do
  [ $tries -lt 50 ] || stop 'The group volume is not there. Has the group still a shared volume?'
  if [ $tries -ge 15 ] && [ -d "$mount" ]; then
    snapshot=$mount${snapshot#"$volume"} folder=$mount${folder#"$volume"}
    break
  fi
  sleep 0.2
  tries=$((tries + 1))
done
mark=${snapshot%/*}/attempt-$attempt claim=${snapshot%/*}/claim-${attempt%%-*} first=
if new "$mark"; then
  first=1
elif [ -e "$mark" ]; then
  holder "$mark"
  case $who in '' | "$id") first=1; [ "$who" ] || { printf '%s\n' "$id" >"$mark"; } 2>/dev/null ;; esac
fi
if [ "$first" ] && ! new "$claim" && [ -e "$claim" ]; then
  holder "$claim"
  case $who in
    "$id") ;;
    cancelled) say 'This submission was cancelled, so this job ends without running the notebook.'; exit 0 ;;
    withdrawn) say 'This submission was given up, so this job ends without running the notebook.'; exit 0 ;;
    *) say "Job ${who:-of another attempt} runs the notebook of this submission, so this one ends."; exit 0 ;;
  esac
fi
cd "$folder" || stop 'The notebook folder is not there any more.'
[ -r "$snapshot" ] || stop 'Snapshot is gone. Submit the notebook again.'
[ -w . ] || stop 'No permission to write in the notebook folder.'
command -v papermill >/dev/null || stop 'No papermill in this image. Choose another image.'
open='{' close='}' input=$snapshot path=./$output
input=${input//$open/$open$open} input=${input//$close/$close$close}
path=${path//$open/$open$open} path=${path//$close/$close$close}
papermill --log-output --no-progress-bar --start-timeout 300 -y "$parameters" "$input" "$path"
code=$?
[ ! -f "./$output" ] || [ -L "./$output" ] || python3 -I -c 'import json, os, sys
output, snapshot, job = sys.argv[1:]
with open(output, "rb") as file:
    content = file.read()
at = content.rindex(b"\n \"metadata\": {\n")
end = json.loads(b"{" + content[at:])
try:
    with open(os.path.dirname(snapshot) + "/submission.json") as file:
        record = json.loads(file.read(1 << 20))
    asked = record["request"]
    submission = {name: asked[name] for name in ("notebook_path", "display_name", "instance_type", "image")}
    submission.update(user=record["job"].get("user"), at=record["sent_at"], versions=record["versions"])
    submission.update(repository=record["repository"])
except (OSError, ValueError, LookupError, TypeError, AttributeError):
    submission = None
names = {"user": "JUPYTERHUB_USER", "group": "GROUP_NAME", "instance_type": "INSTANCE_TYPE", "image": "IMAGE_NAME"}
end["metadata"]["primehub"] = {
    "job": job, **{name: os.environ.get(names[name]) for name in names},
    "snapshot": os.fsencode(snapshot).decode("utf-8", "replace"), "submission": submission,
}
with open(f".{job}.part", "xb") as file:
    file.write(content[:at] + json.dumps(end, indent=1)[1:].encode() + b"\n")
os.replace(f".{job}.part", output)' "./$output" "$snapshot" "$id" 2>/dev/null
if [ $code -eq 0 ]; then
  say "Output notebook: $output"
  exit 0
fi
if kernels=$(jupyter kernelspec list 2>/dev/null) && [[ ${kernels,,} != *" ${kernel,,} "* ]]; then
  stop "Choose another image: this has no kernel '$kernel'." $code
fi
[ $code -ne 138 ] || stop 'The kernel died. Perhaps the instance type has too little memory.' $code
error() { { LC_ALL=C sed -n "s/^ *\"$1\": \"\(.*\)\",\$/\1/p" "./$output" | tail -n 1; } 2>/dev/null; }
ename=$(error ename) evalue=$(error evalue)
[ "$ename" ] || stop "papermill ended with status $code; the log says why." $code
evalue=${evalue%%\\n*} evalue=${evalue//\\\"/\"}
stop "The notebook failed: $ename${evalue:+: $evalue}" $code
""".rstrip()
