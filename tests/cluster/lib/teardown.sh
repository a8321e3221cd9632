# shellcheck shell=bash
# Ending the cluster: works from any state, also after half a start or a kill of pieces.

tear_down() {
    wait_for 60 "the end of the cluster's processes" end_processes
    ip link delete "$HOST_LINK" 2>/dev/null || true
    wait_for 60 "the removal of its cgroups" remove_cgroups
    rm -rf "$STATE"
}

# What there is of the cluster on this machine, one thing a line: nothing after `down`.
leftovers() (
    set +e +o pipefail
    exec 2>/dev/null
    [ ! -e "$STATE" ] || echo "folder $STATE"
    ip link show "$HOST_LINK" >/dev/null && echo "interface $HOST_LINK"
    ip route show | grep -w "$HOST_LINK" | sed 's/^/route /'
    grep -F podlab-cluster /proc/mounts | sed 's/^/mount /'
    ip netns list | grep podlab | sed 's/^/network namespace /'
    our_cgroups | tr '\0' '\n' | sed 's/^/cgroup /'
    for process in /proc/[0-9]*; do
        [[ $(readlink "$process/exe") == @("$CACHE"/kubernetes-*|/run/podlab-cache/*) ]] && echo "process ${process#/proc/}"
    done
    true
)

# Kills what is left and says whether nothing was.
end_processes() {
    local processes
    mapfile -t processes < <(
        vm_processes || true
        cgroup_processes
    )
    ((${#processes[@]})) || return 0
    kill -KILL "${processes[@]}" 2>/dev/null || true
    return 1
}

# The processes in the lab VM's network, which tests may have left there.
vm_processes() {
    local pid network process
    pid=$(pid_of vm) && network=$(readlink "/proc/$pid/ns/net") || return 0
    for process in /proc/[0-9]*; do
        [ "$(readlink "$process/ns/net" 2>/dev/null)" = "$network" ] && echo "${process#/proc/}"
    done
}

cgroup_processes() {
    our_cgroups | find -files0-from - -name cgroup.procs -exec cat {} + 2>/dev/null | sort -u | grep -vx 0
}

remove_cgroups() {
    our_cgroups | find -files0-from - -depth -type d -exec rmdir {} +
}

our_cgroups() {
    find /sys/fs/cgroup -maxdepth 2 -type d -name podlab-cluster -print0
}
