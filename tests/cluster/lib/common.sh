# shellcheck shell=bash
# Where things are, and the words that every part uses.

# One cluster per machine, so one fixed place; /run is empty after a reboot, as the cluster is.
STATE=/run/podlab-cluster
# That of the running cluster, whatever home the caller has.
CACHE=$(cat "$STATE/cache" 2>/dev/null || echo "${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/podlab-cluster")
# Kept after `down`, until the next `up`.
LOGS=$CACHE/log

say() { printf 'cluster: %s\n' "$*" >&2; }

die() {
    say "$*"
    exit 1
}

# Whether this machine can have the cluster at all; says why not.
unsupported() {
    [ "$(id -u)" = 0 ] || { echo "not root"; return; }
    local ID='' VERSION_CODENAME=''
    # shellcheck source=/dev/null
    [ -r /etc/os-release ] && . /etc/os-release
    [ "$ID $VERSION_CODENAME" = "debian bookworm" ] || { echo "not Debian 12 (bookworm)"; return; }
    unshare --mount --net --pid --fork true 2>/dev/null || echo "may not make namespaces"
}

# Installing and starting exclude each other; the lock is not handed to daemons (see run_in_node).
lock() {
    mkdir -p "$CACHE"
    exec 9>"$CACHE/lock"
    flock 9
}

# wait_for SECONDS WHAT COMMAND...: polls until the command succeeds, else shows the logs' ends.
wait_for() {
    local seconds=$1 what=$2 deadline=$((SECONDS + $1))
    shift 2
    until "$@" >/dev/null 2>&1; do
        if ((SECONDS >= deadline)); then
            say "$what: not within $seconds s"
            show_logs
            return 1
        fi
        sleep 0.1
    done
}

show_logs() {
    local log
    for log in "$LOGS"/*.log; do
        [[ -s $log && $log != */audit.log ]] || continue
        say "--- end of $(basename "$log")"
        tail -n 8 "$log" | cut -c1-400 >&2
    done
}
