# shellcheck shell=bash
# The node and the lab VM: each a set of namespaces held open by one process, so that ending that
# process ends all that runs in it and takes its mounts, interfaces and iptables rules along.

NODE_NAME=node1
NODE_ADDRESS=10.40.0.1
VM_ADDRESS=10.40.0.2
HOST_ADDRESS=10.40.0.3
HOST_LINK=podlab0
POD_RANGE=10.20.1.0/24
BRIDGE_ADDRESS=10.20.1.1
SERVICE_RANGE=10.96.0.0/16
API_SERVICE=10.96.0.1
DNS_SERVICE=10.96.0.10
BALANCER_RANGE=10.30.0.0/24
BALANCER_PREFIX=10.30.0
# Nobody has this address: what is sent there is lost, silently.
NOWHERE=10.40.0.254
NOWHERE_LINK=02:00:00:00:00:fe

start_node() {
    in_cgroup setsid unshare --mount --net --pid --uts --ipc --cgroup --fork --kill-child --mount-proc \
        bash -c "$(declare -f node_init); node_init '$STATE' '$CACHE' '$NODE_NAME'" \
        9>&- </dev/null >"$LOGS/node.log" 2>&1 &
    wait_for 60 "the node's namespaces" test -e "$STATE/booted"
    remember node "$(child_of $!)"
}

# PID 1 of the node. What Kubernetes writes to fixed places goes to a file system of the node's
# own, and the kernel settings that the kubelet insists on are shown to it instead of being made.
node_init() {
    set -euo pipefail
    local state=$1 cache=$2 folder setting hierarchy
    hostname "$3"
    # runc makes its cgroups at the root, so the root is ours; the processes go into a leaf of it.
    for hierarchy in $(findmnt --noheadings --list --output TARGET --types cgroup,cgroup2); do
        mount --bind "$hierarchy/podlab-cluster" "$hierarchy"
        mkdir -p "$hierarchy/daemons"
        [ ! -e "$hierarchy/daemons/cpuset.cpus" ] || [ -e "$hierarchy/cgroup.controllers" ] ||
            for setting in cpuset.cpus cpuset.mems; do
                cat "$hierarchy/$setting" >"$hierarchy/daemons/$setting"
            done
        echo $$ >"$hierarchy/daemons/cgroup.procs"
    done
    mkdir -p "$state/fs"
    mount -t tmpfs -o mode=755,size=4g podlab-node "$state/fs"
    mkdir -p "$state"/fs/{run/netns,lib,log,settings} "$state/fs/run/podlab-"{cluster,cache}
    mount --bind "$cache" "$state/fs/run/podlab-cache"
    mount --bind "$state" "$state/fs/run/podlab-cluster"
    for setting in vm/overcommit_memory=1 vm/panic_on_oom=0 kernel/panic=10 \
        kernel/panic_on_oops=1 kernel/keys/root_maxkeys=1000000 kernel/keys/root_maxbytes=25000000; do
        folder=$state/fs/settings/${setting%=*}
        mkdir -p "${folder%/*}"
        echo "${setting#*=}" >"$folder"
        mount --bind "$folder" "/proc/sys/${setting%=*}"
    done
    mount --bind "$state/fs/log" /var/log
    mount --bind "$state/fs/lib" /var/lib
    mount --rbind "$state/fs/run" /run
    mount --make-rshared /
    echo 1 >/proc/sys/net/ipv4/ip_forward
    touch /run/podlab-cluster/booted
    trap 'exit 0' TERM
    while :; do
        sleep infinity &
        wait $! || true
    done
}

start_vm() {
    in_cgroup setsid unshare --net sleep infinity 9>&- </dev/null >/dev/null 2>&1 &
    remember vm $!
    wait_for 60 "the lab VM's namespace" own_network "$!"
}

# Cgroups of our own find all processes again, whatever became of the files that name them, and hold
# the containers' (see node_init).
in_cgroup() {
    local hierarchy setting
    for hierarchy in $(cgroup_hierarchies); do
        mkdir -p "$hierarchy/podlab-cluster"
        for setting in cpuset.cpus cpuset.mems; do
            # Of old, a new cpuset is empty and takes no process.
            [ -e "$hierarchy/cgroup.controllers" ] || [ ! -e "$hierarchy/$setting" ] ||
                cat "$hierarchy/$setting" >"$hierarchy/podlab-cluster/$setting"
        done
        echo "$BASHPID" >"$hierarchy/podlab-cluster/cgroup.procs"
    done
    exec "$@"
}

cgroup_hierarchies() {
    findmnt --noheadings --list --output TARGET --types cgroup,cgroup2
}

own_network() {
    [ "$(readlink "/proc/$1/ns/net")" != "$(readlink /proc/self/ns/net)" ]
}

# One LAN for the node, the lab VM and this machine; the pods' bridge is the node's alone.
connect() {
    local node vm
    node=$(pid_of node)
    vm=$(pid_of vm)
    ip link add "$HOST_LINK" type veth peer name host netns "$node"
    ip link add vm netns "$node" type veth peer name eth0 netns "$vm"
    in_node sh -e <<NODE
ip link set lo up
ip link add lan0 type bridge
ip link set host master lan0 up
ip link set vm master lan0 up
ip address add $NODE_ADDRESS/24 dev lan0
ip link set lan0 up
ip link add cni0 address 0a:58:0a:14:01:01 type bridge
ip address add $BRIDGE_ADDRESS/24 dev cni0
ip link set cni0 up
echo 1 >/proc/sys/net/bridge/bridge-nf-call-iptables
ip neighbour add $NOWHERE lladdr $NOWHERE_LINK dev lan0 nud permanent
ip route add $SERVICE_RANGE via $NOWHERE
ip route add $BALANCER_RANGE via $NOWHERE
iptables -w -t mangle -A PREROUTING -i lan0 -d $SERVICE_RANGE -j DROP
iptables -w -t mangle -A PREROUTING -i lan0 -d $POD_RANGE -j DROP
NODE
    in_vm sh -e <<VM
ip link set lo up
ip address add $VM_ADDRESS/24 dev eth0
ip link set eth0 up
ip route add default via $NODE_ADDRESS
VM
    ip address add "$HOST_ADDRESS/24" dev "$HOST_LINK"
    ip link set "$HOST_LINK" up
    # This machine is outside of the cluster as the lab VM is: the same answers, the same silence.
    local range
    for range in "$POD_RANGE" "$SERVICE_RANGE" "$BALANCER_RANGE"; do
        ip route add "$range" via "$NODE_ADDRESS" dev "$HOST_LINK"
    done
}

in_node() {
    nsenter --target "$(pid_of node)" --mount --net --pid --uts --ipc --cgroup -- "$@" 9>&-
}

in_vm() {
    nsenter --target "$(pid_of vm)" --net -- "$@" 9>&-
}

child_of() {
    tr -d ' ' <"/proc/$1/task/$1/children"
}

# A process is known by its number and its start time, since numbers are used again.
remember() {
    printf '%s %s\n' "$2" "$(start_time "$2")" >"$STATE/$1.pid"
}

start_time() {
    sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | awk '$1 != "Z" { print $20 }'
}

# pid_of NAME: its number, if it is still the same process.
pid_of() {
    local pid time
    [ -r "$STATE/$1.pid" ] && read -r pid time <"$STATE/$1.pid" &&
        [ -n "$time" ] && [ "$(start_time "$pid")" = "$time" ] && echo "$pid"
}
