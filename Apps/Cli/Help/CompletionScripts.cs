namespace MlPipeline.Cli.Help;

/// <summary>What makes shells complete commands, options and their values: each script asks the program itself. Options are
/// offered once a dash is typed, so that file names are not hidden behind them.</summary>
internal static class CompletionScripts
{
    private static readonly Dictionary<string, string> s_scripts = new(StringComparer.Ordinal)
    {
        ["bash"] = """
            _mlpipeline() {
                local word="${COMP_WORDS[COMP_CWORD]}" found
                found="$(mlpipeline "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)"
                [[ $word == -* ]] || found="$(grep -v '^-' <<< "$found")"
                local IFS=$'\n'
                COMPREPLY=($(compgen -W "$found" -- "$word"))
            }
            complete -o default -F _mlpipeline mlpipeline
            """,
        ["zsh"] = """
            _mlpipeline() {
                local -a found
                found=("${(@f)$(mlpipeline "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
                [[ ${words[CURRENT]} == -* ]] || found=("${(@)found:#-*}")
                compadd -a found
                _files
            }
            (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
            compdef _mlpipeline mlpipeline
            """,
        ["fish"] = """
            function __mlpipeline_found
                set -l line (commandline -cp)
                set -l found (mlpipeline "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null)
                string match -q -- '-*' (commandline -ct); or set found (string match -v -- '-*' $found)
                printf '%s\n' $found
            end
            complete -c mlpipeline -a '(__mlpipeline_found)'
            """,
        ["pwsh"] = """
            Register-ArgumentCompleter -Native -CommandName mlpipeline -ScriptBlock {
                param($word, $line, $position)
                $text = "$line".PadRight($position)
                mlpipeline "[suggest:$position]" "$text" 2>$null |
                    Where-Object { $_ -like "$word*" -and ($word -like '-*' -or $_ -notlike '-*') } |
                    ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
            }
            """,
    };

    public static IReadOnlyCollection<string> Shells => s_scripts.Keys;

    public static string For(string shell) => s_scripts[shell].ReplaceLineEndings("\n");
}
