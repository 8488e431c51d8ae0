#!/bin/bash
# A pod's main program. A command in; its output, its exit code and what it left in ./artifacts out.
#
# Says and does what PrimeHub's script of this name was seen to say and do, its quirks included, in an image that has
# no sudo (a sandbox must not write to its host's /etc). Unquoted expansions below are such quirks.
#
#   $1 the command   $2 $3 $4 folders of group volumes, of PHFS and of the monitoring agent, where they are elsewhere
COMMAND=$1
_project=${2:-/project} _phfs=${3:-/phfs} _agent=${4:-/monitoring-utils}/primehub-monitoring-agent
_job=$_phfs/jobArtifacts/$PHJOB_NAME

_copy_artifacts() {
  local source=artifacts files size
  [ -L artifacts ] && source=$(readlink -f artifacts)
  if [ ! -e "$source" ]; then
    echo "Artifacts: no artifact found"
    return
  elif [ -f "$source" ]; then
    echo "Artifacts: $source is not a directory"
    return
  elif [ ! -d "$source" ]; then
    echo "Artifact: $source is not a directory"
    return
  fi
  # Lines, so that a name with a line end counts twice; files only, hidden ones too.
  files=$(find "$source" -type f | wc -l)
  if [ "$files" -eq 0 ]; then
    echo "Artifacts: no artifact found"
    return
  fi
  if [ -n "$PHJOB_ARTIFACT_LIMIT_FILES" ] && [ "$files" -gt "$PHJOB_ARTIFACT_LIMIT_FILES" ]; then
    echo "Artifact: Too many file in artifacts. ($files > $PHJOB_ARTIFACT_LIMIT_FILES)"
    return
  fi
  # Blocks, not bytes, rounded up to MiB, the folder's own among them.
  size=$(du -m -d 0 "$source" | cut -f 1)
  if [ -n "$PHJOB_ARTIFACT_LIMIT_SIZE_MB" ] && [ "$size" -gt "$PHJOB_ARTIFACT_LIMIT_SIZE_MB" ]; then
    echo "Artifact: Total size exceeds in artifacts. (${size}M > ${PHJOB_ARTIFACT_LIMIT_SIZE_MB}M)"
    return
  fi
  mkdir -p "$_job" || return
  # The pattern leaves out what is hidden at the top, and a link's target with a space in it is two words.
  # shellcheck disable=SC2086
  cp -R $source/* "$_job" || return
  mkdir -p "$_job/.metadata"
  if [ "${PHJOB_ARTIFACT_RETENTION_SECONDS:-0}" -gt 0 ]; then
    echo $(($(date +%s) + PHJOB_ARTIFACT_RETENTION_SECONDS)) >> "$_job/.metadata/expiredAt"
  fi
  echo "Artifacts: ($files files / $size MB) uploaded"
}

# As root it says nothing, and would renew the host's own cache; as anybody else it can only complain.
[ "$(id -u)" = 0 ] || ldconfig

if [ "$PHJOB_ARTIFACT_ENABLED" = true ] && [ -x "$_agent" ]; then
  mkdir -p "$_job/.metadata"
  "$_agent" "$_job/.metadata/monitoring"
fi

# The name as it is: a group with capitals or "_" has its volume elsewhere, and gets none of this.
if [ -d "$_project/$GROUP_NAME" ]; then
  export PRIMEHUB_GROUP_VOLUME_PATH=$_project/$GROUP_NAME PRIMEHUB_PHFS_PATH=$HOME/phfs PRIMEHUB_USER PRIMEHUB_GROUP
  echo "$PRIMEHUB_GROUP_VOLUME_PATH/.primehub/profile will be loaded if exists"
  if [ -f "$PRIMEHUB_GROUP_VOLUME_PATH/.primehub/profile" ]; then
    echo "sourcing group profile in run-job"
    # shellcheck disable=SC1091
    . "$PRIMEHUB_GROUP_VOLUME_PATH/.primehub/profile"
  else
    echo "group profile not found"
  fi
fi

# What bash says of a command that a signal ended names this line of PrimeHub's script.
# @line 143
bash -c "$COMMAND"
_status=$?
if [ "$PHJOB_ARTIFACT_ENABLED" = true ]; then
  _copy_artifacts
  if [ -f .monitoring-agent.pid ]; then
    kill -HUP "$(cat .monitoring-agent.pid)"
    kill -KILL "$(cat .monitoring-agent.pid)"
  fi 2> /dev/null
fi
exit $_status
