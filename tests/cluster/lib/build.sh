# shellcheck shell=bash
# Kubernetes itself, built once from bookworm's source package; and a current kubectl.

# Raised when the way of building changes, so that what older ways left in a cache is not used.
RECIPE=3
KUBERNETES_PARTS=(kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy kubectl)

kubernetes_version() {
    apt-cache policy kubernetes-client | awk '$1 == "Candidate:" { print $2 }'
}

# The folder of the built binaries: the newest one, whatever apt's lists say at the moment.
kubernetes_folder() {
    local folder
    for folder in "$CACHE"/kubernetes-*-recipe$RECIPE/; do
        [ -x "$folder/kubelet" ] && { printf '%s\n' "${folder%/}"; return; }
    done
    return 1
}

build_kubernetes() {
    kubernetes_folder >/dev/null && return
    install_packages "${BUILD_PACKAGES[@]}" "${RUNTIME_PACKAGES[@]}"
    local version work="$CACHE/build" lines=()
    version=$(kubernetes_version)
    if [ -z "$version" ] || [ "$version" = "(none)" ]; then
        apt_get update -qq
        version=$(kubernetes_version)
    fi
    say "building Kubernetes $version (about 6 minutes on 2 cores)"
    rm -rf "$work"
    mapfile -t lines < <(source_lines deb-src)
    private_apt "$work/apt" "${lines[@]}"
    (cd "$work" && apt-get -c apt/apt.conf source -qq --download-only "kubernetes=$version" >/dev/null)
    dpkg-source --no-check -x "$work"/kubernetes_*.dsc "$work/tree" >"$work/unpack.log"
    renew_reflection "$work/tree/vendor/github.com/modern-go/reflect2"
    hurry_deletions "$work/tree/pkg/kubelet/status/status_manager.go"
    compile_kubernetes "$work/tree" >"$work/build.log" 2>&1 ||
        { tail -n 30 "$work/build.log" >&2; die "Kubernetes does not build, see $work/build.log"; }
    mkdir -p "$work/done"
    (cd "$work/tree/_output/bin" && cp "${KUBERNETES_PARTS[@]}" "$work/done/")
    remove_older_builds
    mv "$work/done" "$CACHE/kubernetes-$version-recipe$RECIPE"
    rm -rf "$work"
}

# All but the one that a running cluster was started from.
remove_older_builds() {
    local folder
    for folder in "$CACHE"/kubernetes-*/; do
        [ "$folder" = "$(cat "$STATE/kubernetes" 2>/dev/null)/" ] || rm -rf "$folder"
    done
}

# The vendored reflect2 1.0.1 calls into Go's runtime in a way that Go 1.18 changed: iterating over a
# map as JSON corrupts memory. Debian's package has the version that was mended.
renew_reflection() {
    rm -r "$1"
    cp -rL /usr/share/gocode/src/github.com/modern-go/reflect2 "$1"
}

# The kubelet of 1.20 looks only every ten seconds whether a deleted pod is gone; later ones are told.
# Tests that delete many pods, and labs written for later versions, should not wait for it.
hurry_deletions() {
    sed -i 's/\(syncPeriod *= \)10 \* time.Second/\11 * time.Second/' "$1"
    grep -q 'syncPeriod *= 1 \* time.Second' "$1"
}

# The tree predates modules in its vendor folder, so it is built the old way, as a GOPATH.
compile_kubernetes() (
    local tree=$1
    mkdir -p "$tree/gopath/src/k8s.io"
    ln -sfn "$tree" "$tree/gopath/src/k8s.io/kubernetes"
    cd "$tree/gopath/src/k8s.io/kubernetes" || return
    env PATH="/usr/lib/go-1.19/bin:$PATH" GOPATH="$tree/gopath" GOCACHE="$tree/gocache" \
        GO111MODULE=auto GOFLAGS= GOTOOLCHAIN=local CGO_ENABLED=0 KUBE_GIT_TREE_STATE=clean \
        KUBE_GIT_COMMIT=debian KUBE_GIT_VERSION=v1.20.2 KUBE_GIT_MAJOR=1 KUBE_GIT_MINOR=20 \
        make WHAT="${KUBERNETES_PARTS[*]/#/cmd/}"
)

KUBECTL_SUITES=(forky sid)

kubectl_folder() {
    local folder
    for folder in "$CACHE"/kubectl-1.36*/; do
        [ -x "$folder/kubectl" ] && { printf '%s\n' "${folder%/}"; return; }
    done
    return 1
}

# A current kubectl to compare with: static, so only unpacked from a newer suite's package.
fetch_kubectl() {
    kubectl_folder >/dev/null && return
    local suite line work="$CACHE/kubectl.new"
    for suite in "${KUBECTL_SUITES[@]}"; do
        rm -rf "$work"
        line=$(source_lines deb "$suite")
        private_apt "$work/apt" "$line" || continue
        (cd "$work" && apt-get -c apt/apt.conf download -qq 'kubectl=1.36*') || continue
        dpkg-deb -x "$work"/kubectl_*.deb "$work/unpacked"
        mkdir "$work/done"
        cp "$(find "$work/unpacked/usr" -type f -name 'kubectl*' -path '*bin*' | head -n 1)" "$work/done/kubectl"
        mv "$work/done" "$CACHE/kubectl-$(dpkg-deb -f "$work"/kubectl_*.deb Version)"
        break
    done
    rm -rf "$work"
    kubectl_folder >/dev/null
}
