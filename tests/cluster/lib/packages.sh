# shellcheck shell=bash
# Debian packages: those the cluster runs on, and a private apt for sources and other suites.

RUNTIME_PACKAGES=(busybox-static conntrack containerd containernetworking-plugins curl
    dnsmasq-base docker-registry ethtool etcd-server iproute2 iptables jq openssl python3 runc socat util-linux)
BUILD_PACKAGES=(dpkg-dev golang-github-modern-go-reflect2-dev golang-go make rsync)

install_packages() {
    local missing
    mapfile -t missing < <(missing_packages "$@")
    ((${#missing[@]})) || return 0
    say "installing ${missing[*]}"
    without_services apt_get update -qq
    without_services apt_get install -qq --yes --no-remove --no-install-recommends "${missing[@]}" \
        >/dev/null
}

missing_packages() {
    comm -23 <(printf '%s\n' "$@" | sort) <(
        dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null |
            sed -n 's/^installed //p' | sort
    )
}

apt_get() {
    DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 "$@"
}

# The packages would start etcd, containerd and a registry on the machine itself: not wanted.
without_services() {
    local policy=/usr/sbin/policy-rc.d status=0
    [ -e "$policy" ] && { "$@"; return; }
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
    "$@" || status=$?
    rm -f "$policy"
    return "$status"
}

# private_apt FOLDER LINE... : an apt configuration of its own with these sources, lists fetched.
# Use as: apt-get -c FOLDER/apt.conf. The machine's own suites stay as they are.
private_apt() {
    local folder=$1
    shift
    mkdir -p "$folder"/{lists/partial,cache/archives/partial,parts}
    printf '%s\n' "$@" >"$folder/sources.list"
    cat >"$folder/apt.conf" <<CONF
Dir::Etc::SourceList "$folder/sources.list";
Dir::Etc::SourceParts "$folder/parts";
Dir::Etc::PreferencesParts "$folder/parts";
Dir::State::Lists "$folder/lists";
Dir::Cache "$folder/cache";
APT::Sandbox::User "root";
CONF
    apt-get -c "$folder/apt.conf" update -qq
}

# Lines for a sources list, derived from where this machine gets bookworm from:
# source_lines TYPE [SUITE] (without SUITE: bookworm with its updates and security).
source_lines() {
    apt-get indextargets --format "\$(REPO_URI)|\$(RELEASE)|\$(COMPONENT)|\$(CREATED_BY)" |
        awk -F'|' -v type="$1" -v suite="${2-}" '
            $4 != "Packages" || $3 != "main" || $2 !~ /^bookworm/ { next }
            suite != "" && $2 != "bookworm" { next }
            {
                print type " [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] " \
                    $1 " " (suite != "" ? suite : $2) " main"
            }' | sort -u
}
