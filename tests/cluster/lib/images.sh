# shellcheck shell=bash
# The test images, made from Debian's files and the small servers in images/, and written straight
# into the storage folder of a registry, where docker-registry serves them.

ROOT_PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

# The folder of images that belongs to these scripts and these packages.
images_folder() {
    local key
    key=$(
        {
            cat "$here"/images/*.rs "$here/lib/images.sh"
            dpkg-query -W -f '${Package} ${Version}\n' bash busybox-static curl libc6 python3.11
            rustc --version
        } | sha256sum
    )
    printf '%s/images-%s\n' "$CACHE" "${key:0:12}"
}

build_images() {
    local folder
    folder=$(images_folder)
    [ -d "$folder" ] && return
    say "making images"
    rm -rf "$CACHE"/images-* "$CACHE/images.new"
    registry=$CACHE/images.new
    work=$(mktemp -d)
    make_layers
    make_images
    rm -rf "$work"
    mv "$registry" "$folder"
}

make_layers() {
    mkdir -p "$work"/{busybox,shell,python,simpleservice,agnhost}
    busybox_files "$work/busybox"
    shell_files "$work/shell"
    python_files "$work/python"
    compile simpleservice "$work/simpleservice/simpleservice"
    compile agnhost "$work/agnhost/agnhost"
    # The liveness image of old starts its program by this name.
    ln -s agnhost "$work/agnhost/server"
    local name
    for name in busybox shell python simpleservice agnhost; do layer "$name"; done
}

# image LAYERS CONFIG NAME...: CONFIG is the image's `config` object.
make_images() {
    image busybox '{"Cmd": ["sh"]}' library/busybox:{latest,1.36} busybox:{latest,1.36} \
        e2e-test-images/busybox:1.36.1-1
    image "busybox simpleservice" '{
        "Entrypoint": ["/simpleservice"],
        "Env": ["LANG=C.UTF-8", "PYTHON_VERSION=2.7.13", "REFRESHED_AT=2017-04-24T13:50"],
        "ExposedPorts": {"9876/tcp": {}}
    }' mhausenblas/simpleservice:0.5.0
    image "busybox python" '{"Cmd": ["python3"], "Env": ["LANG=C.UTF-8"]}' \
        library/python:{3.13-alpine,3-alpine,3.13}
    image "busybox shell" '{"Cmd": ["bash"]}' satoms/jumpserver:v1
    image "busybox shell agnhost" '{"Entrypoint": ["/agnhost"], "Cmd": ["pause"]}' \
        e2e-test-images/agnhost:2.40
    image "busybox agnhost" '{"Cmd": ["/server"]}' liveness:latest
    image "busybox agnhost" '{"Entrypoint": ["/agnhost", "netexec", "--http-port=8080"]}' \
        goproxy:0.1
    image agnhost '{"Entrypoint": ["/agnhost", "pause"]}' pause:3.6
}

compile() {
    rustc --edition 2024 -C target-feature=+crt-static -C strip=symbols -O -o "$2" "$here/images/$1.rs"
}

busybox_files() {
    mkdir -p "$1"/{bin,etc,root,tmp,var/run}
    chmod 1777 "$1/tmp"
    cp "$(command -v busybox)" "$1/bin/busybox"
    "$1/bin/busybox" --list | while read -r applet; do
        [ "$applet" = busybox ] || ln -s busybox "$1/bin/$applet"
    done
    printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n' >"$1/etc/passwd"
    printf 'root:x:0:\nnogroup:x:65534:\n' >"$1/etc/group"
}

# bash, curl and getent with the libraries they need, a prompt as Debian's images have it.
shell_files() {
    with_libraries "$1" /bin/bash /usr/bin/curl /usr/bin/getent
    local terminal
    for terminal in linux vt100 xterm xterm-256color; do
        copy_files "$1" "/lib/terminfo/${terminal:0:1}/$terminal"
    done
    mkdir -p "$1/etc" "$1/root"
    echo 'hosts: files dns' >"$1/etc/nsswitch.conf"
    echo "PS1='\\u@\\h:\\w\\\$ '" >"$1/root/.bashrc"
}

# Debian's Python with the part of its library that small programs use.
python_files() {
    local python=/usr/lib/python3.11
    with_libraries "$1" /usr/bin/python3.11 "$python"/lib-dynload/*.so
    ln -s python3.11 "$1/usr/bin/python3"
    ln -s python3 "$1/usr/bin/python"
    tar -C / -c --exclude-from=- "${python#/}" <<'PATTERNS' | tar -C "$1" -x
*/__pycache__
*/dist-packages
*/ensurepip
*/idlelib
*/lib2to3
*/pydoc_data
*/test
*/tkinter
*/turtle*
*/config-*
PATTERNS
    "$1/usr/bin/python3.11" -I -m compileall -q -j 0 --invalidation-mode unchecked-hash \
        -s "$1" "$1$python" >/dev/null
}

# with_libraries ROOT PROGRAM...
with_libraries() {
    local root=$1 program library
    shift
    for program; do
        copy_files "$root" "$program"
        for library in $(ldd "$program" | grep -o '/[^ ]*'); do
            copy_files "$root" "$library"
        done
    done
}

# Files at the same path as here, links followed, since libraries are reached by their short names.
copy_files() {
    local root=$1 file
    shift
    for file; do
        mkdir -p "$root$(dirname "$file")"
        cp -L "$file" "$root$file"
    done
}

# Writes the layer of folder $work/NAME, and its two digests into $work/NAME.layer.
layer() {
    local tar="$work/$1.tar" packed="$work/$1.tar.gz"
    tar -C "$work/$1" --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -cf "$tar" .
    gzip -n -1 -c "$tar" >"$packed"
    jq -n --arg diff "$(digest <"$tar")" --arg digest "$(digest <"$packed")" \
        --argjson size "$(stat -c %s "$packed")" \
        '{diff: $diff, blob: {mediaType: "application/vnd.docker.image.rootfs.diff.tar.gzip",
          size: $size, digest: $digest}}' >"$work/$1.layer"
    store "$packed"
    rm "$tar"
}

image() {
    local layers config="$work/config" manifest="$work/manifest" name
    read -ra layers <<<"$1"
    layers=("${layers[@]/#/$work/}")
    jq -cs --argjson config "$2" --arg path "PATH=$ROOT_PATH" \
        '{architecture: "amd64", os: "linux", config: ($config | .Env = [$path] + (.Env // [])),
          rootfs: {type: "layers", diff_ids: map(.diff)}}' "${layers[@]/%/.layer}" >"$config"
    jq -cs --arg digest "$(digest <"$config")" --argjson size "$(stat -c %s "$config")" \
        '{schemaVersion: 2, mediaType: "application/vnd.docker.distribution.manifest.v2+json",
          config: {mediaType: "application/vnd.docker.container.image.v1+json",
                   size: $size, digest: $digest},
          layers: map(.blob)}' "${layers[@]/%/.layer}" >"$manifest"
    store "$config"
    store "$manifest"
    for name in "${@:3}"; do tag "$name" "$config" "$manifest" "${layers[@]/%/.layer}"; done
}

# The storage format of docker-registry: blobs by digest, and links to them by name.
store() {
    local hex blob
    hex=$(digest <"$1")
    hex=${hex#sha256:}
    blob=$registry/docker/registry/v2/blobs/sha256/${hex:0:2}/$hex
    mkdir -p "$blob"
    cp "$1" "$blob/data"
}

# tag NAME:TAG CONFIG MANIFEST LAYER...
tag() {
    local folder=$registry/docker/registry/v2/repositories/${1%:*} tag=${1##*:} config manifest blob
    config=$(digest <"$2")
    manifest=$(digest <"$3")
    for blob in "$config" $(jq -r .blob.digest "${@:4}"); do
        link "$folder/_layers/${blob/://}" "$blob"
    done
    link "$folder/_manifests/revisions/${manifest/://}" "$manifest"
    link "$folder/_manifests/tags/$tag/current" "$manifest"
    link "$folder/_manifests/tags/$tag/index/${manifest/://}" "$manifest"
}

link() {
    mkdir -p "$1"
    printf %s "$2" >"$1/link"
}

digest() {
    printf 'sha256:%s\n' "$(sha256sum | cut -d' ' -f1)"
}
