using System.Text;
using Switchboard.Testing.Docs;
using Switchboard.Testing.Places;
using Switchboard.Testing.Processes;

namespace Switchboard.EndToEnd.Tests.Docs;

/// <summary>
/// The commands of a page, run one after the other in one shell, beside a gateway that stands for the one of the page:
/// <c>./up</c> is what already runs, and its address takes the place of port 8000. Of <c>switchboard serve</c> another one
/// must start. Anything but success ends the shell.
/// </summary>
public sealed class DocCommandsTests
{
    private const string MasterKey = "documentation-master-key-0123456789";

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);

    // Pages that are about a gateway with a master key.
    private static readonly string[] s_keyed = ["docs/accounting.md", "docs/keys.md", "docs/limits.md", "docs/metrics.md", "docs/migrate-from-litellm.md", "docs/storage.md"];

    public static TheoryData<string> Pages => [.. DocBlock.Run("bash", "console").Select(block => block.Page).Distinct()];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Commands_of_the_page_run(string page)
    {
        Assert.SkipWhen(RequiredTool.SkipReason("bash") is not null || RequiredTool.SkipReason("curl") is not null, "bash or curl is not here.");
        var cancellationToken = TestContext.Current.CancellationToken;
        var variables = new Dictionary<string, string> { ["SWITCHBOARD__STORAGE__ENCRYPTION_KEY"] = "documentation-encryption-key-012345" };
        if (s_keyed.Contains(page))
        {
            variables["SWITCHBOARD_MASTER_KEY"] = MasterKey;
        }

        await using var gateway = await GatewayProcess.StartAsync(new GatewayProcessOptions { Environment = variables }, cancellationToken);
        var script = Path.Combine(gateway.Folder, "page.sh");
        await File.WriteAllTextAsync(script, ScriptOf(page, gateway), cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(gateway.Folder, "key.txt"), "a-key-of-a-provider", cancellationToken);

        await using var shell = ChildProcess.Start(RequiredTool.Find("bash")!, [script], GatewayEnvironment.With(variables), gateway.Folder);
        var exitCode = await shell.WaitForExitAsync(s_limit, cancellationToken);

        Assert.True(exitCode == 0, $"{page} ended with {exitCode}:\n{shell.Output}\n{shell.Errors}");
    }

    [Fact]
    public void There_are_pages_with_commands() => Assert.InRange(Pages.Count, 8, int.MaxValue);

    private static string ScriptOf(string page, GatewayProcess gateway)
    {
        var host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var script = new StringBuilder(
            $$"""
            set -euo pipefail
            curl() { command curl --fail-with-body --silent --show-error --max-time 60 "$@"; }
            switchboard() { if [[ $1 == serve ]]; then started "${@:2}"; else "{{host}}" "{{GatewayProcess.Executable}}" "$@"; fi; }
            started() {
              mkdir -p another
              (cd another && exec "{{host}}" "{{GatewayProcess.Executable}}" serve --port 0 "$@" >output 2>&1) &
              until grep -q Listening another/output; do kill -0 $! || { cat another/output; return 1; }; sleep 0.2; done
              kill $!; wait $! || true
            }
            printf '#!/bin/sh\n' > up && chmod +x up

            """.ReplaceLineEndings("\n"));
        foreach (var block in DocBlock.Run("bash", "console").Where(block => block.Page == page))
        {
            script.Append(Commands(block)).Append('\n');
        }

        return script.ToString()
            .Replace("http://127.0.0.1:8000", gateway.RootUrl.ToString().TrimEnd('/'), StringComparison.Ordinal)
            .Replace("localhost:8000", gateway.RootUrl.Authority, StringComparison.Ordinal);
    }

    // On a console, what is typed stands behind a '$', and goes on where a line ends with a '\'.
    private static string Commands(DocBlock block)
    {
        if (block.Language == "bash")
        {
            return block.Code;
        }

        var commands = new StringBuilder();
        var goesOn = false;
        foreach (var line in block.Code.Split('\n'))
        {
            if (goesOn || line.StartsWith("$ ", StringComparison.Ordinal))
            {
                commands.Append(goesOn ? line : line[2..]).Append('\n');
                goesOn = line.EndsWith('\\');
            }
        }

        return commands.ToString();
    }
}
