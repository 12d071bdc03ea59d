# Lists decodes to leave out, and lets all decode.
while read -r name rest; do
    case $name in
    HELLO) echo READY ;;
    RUN) echo "BEGIN $rest" ;;
    STEP) printf 'EXCEPT 1 0\nACT 1\n' ;;
    esac
done
