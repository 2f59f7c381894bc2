# Completion of gossim in bash. A test holds the words below to what the program says of itself.

_gossim() {
    local commands='run check topology import plot report trace why diff verify step rpc quirks
        ablate sweep hunt shrink compare search ties bench validate'
    local run_options='--seed --set --out --trace --json --no-figures --no-tables --delivery-table
        --wire --threads --keep-threads --ties --metrics --stats --memory-limit'
    local import_options='--network --nodes --out'
    local check_options='--reference --schema --seed --set --stats'
    local topology_options='--seed --set --json --export --picture'
    local ablate_options='--seeds --seed --set --quirks --jobs --out --json --no-figures --all'
    local sweep_options='--list --seeds --seed --set --figure --jobs --again --out --mpi
        --no-mpi --json'
    local hunt_options='--seeds --keep-going --swarm --shrink --set --jobs --time-limit
        --memory-limit --print --out --json'
    local shrink_options='--seed --set --expectation --tries --jobs --max-runs --max-time
        --time-limit --memory-limit --out --json --quiet'
    local compare_options='--seeds --repeat --seed --set --set-a --set-b --at --figure --margin
        --confidence --power --jobs --out --format --json'
    local search_options='--find --range --step --all --share --confidence --max-repeat --seed --set
        --jobs --out --json'
    local bench_options='--sizes --rounds --seed --seeds --set --scenario --variant --peer
        --folder --out --json'
    local plot_options='--out --delivery-table --figure --x --y --as --where --format'
    local report_options='--out --question --message --max-size'
    local trace_options='--node --peer --topic --message --kind --from --until --format --out'
    local diff_options='--seed --set --seed-b --set-b --ties --ties-b --routers --before --json'
    local step_options='--seed --set --ties --execute --history'
    local ties_options='--seeds --seed --set --jobs --json'
    local verify_options='--seed --set --jobs --before --json'
    local why_options='--message --node --format --json --diagram'
    local rpc_options='--form --prefix'
    local quirks_options='--json --profile'
    local validate_options='--seeds --seed --set --jobs --list --json'
    local common='--help --usage --version'
    local word=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]}
    local choice=''
    COMPREPLY=()

    # Bash cuts --option=value at the sign into three words.
    if [ "$word" = = ]; then
        word=''
    elif [ "$option" = = ]; then
        option=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    if [ "$COMP_CWORD" -eq 1 ]; then
        choice="$commands --help --version"
    elif [ "$option" = --trace ]; then
        choice='none deliveries full'
    elif [ "$option" = --format ]; then
        choice='text jsonl csv sqlite trace-event'
        [ "${COMP_WORDS[1]}" != why ] || choice='text json'
        [ "${COMP_WORDS[1]}" != plot ] || choice='png svg pdf'
        [ "${COMP_WORDS[1]}" != compare ] || choice='png svg pdf'
    elif [ "$option" = --as ]; then
        choice='lines heat'
    elif [ "$option" = --wire ]; then
        choice='size encode'
    elif [ "$option" = --ties ]; then
        choice='first last shuffled'
    elif [ "$option" = --form ]; then
        choice='standard nim-2020'
    elif [ "$option" = --profile ]; then
        choice='gossipsub-v1.0 nim-2020 floodsub'
    elif [[ $word == -* ]]; then
        case ${COMP_WORDS[1]} in
        run) choice="$run_options $common" ;;
        check) choice="$check_options $common" ;;
        topology) choice="$topology_options $common" ;;
        import) choice="$import_options $common" ;;
        ablate) choice="$ablate_options $common" ;;
        sweep) choice="$sweep_options $common" ;;
        hunt) choice="$hunt_options $common" ;;
        shrink) choice="$shrink_options $common" ;;
        compare) choice="$compare_options $common" ;;
        search) choice="$search_options $common" ;;
        bench) choice="$bench_options $common" ;;
        report) choice="$report_options $common" ;;
        trace) choice="$trace_options $common" ;;
        why) choice="$why_options $common" ;;
        diff) choice="$diff_options $common" ;;
        verify) choice="$verify_options $common" ;;
        step) choice="$step_options $common" ;;
        ties) choice="$ties_options $common" ;;
        plot) choice="$plot_options $common" ;;
        rpc) choice="$rpc_options $common" ;;
        quirks) choice="$quirks_options $common" ;;
        validate) choice="$validate_options $common" ;;
        esac
    elif [ "${COMP_WORDS[1]}" = rpc ]; then
        choice='decode encode'
    elif [ "${COMP_WORDS[1]}" = bench ] && [ "$option" = bench ]; then
        choice='speed counts growth doubling idle traces'
    elif [ "${COMP_WORDS[1]}" = validate ]; then
        choice='A1 A2 A3 A4 A5 A6 A7 A8 A9 A10 A11 A12 A13 P1 P2 P3'
    elif [ "$option" = --out ] || [ "${COMP_WORDS[1]}" = plot ] ||
        [ "${COMP_WORDS[1]}" = report ] ||
        [ "${COMP_WORDS[1]}" = trace ] || [ "${COMP_WORDS[1]}" = why ]; then
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -d -- "$word")
        return
    fi
    mapfile -t COMPREPLY < <(compgen -W "$choice" -- "$word")
}

# What is left is a file.
complete -o bashdefault -o default -F _gossim gossim
