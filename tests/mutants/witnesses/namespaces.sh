# expect: end=exit exit=0
# Seven namespaces of its own; the supervisor's are written in below.
outside='@NAMESPACES@'
count=0
for link in $(readlink /proc/self/ns/cgroup /proc/self/ns/ipc /proc/self/ns/mnt /proc/self/ns/net \
    /proc/self/ns/pid /proc/self/ns/user /proc/self/ns/uts); do
    count=$((count + 1))
    case $outside in
    *"$link"*)
        echo "hole: $link is shared"
        exit 1
        ;;
    esac
done
[ "$count" = 7 ] && [ "${outside#*pid}" != "$outside" ]
