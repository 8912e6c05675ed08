using Switchboard.Testing.Places;
using Switchboard.Testing.Processes;

namespace Switchboard.EndToEnd.Tests.Watching;

/// <summary>Debian's <c>promtool</c>.</summary>
internal static class Promtool
{
    public static string? SkipReason => RequiredTool.SkipReason("promtool");

    /// <summary>Runs it with that input, and gives its exit code and all it says.</summary>
    public static async Task<(int ExitCode, string Said)> RunAsync(string[] arguments, string? input, CancellationToken cancellationToken)
    {
        await using var process = ChildProcess.Start(RequiredTool.Find("promtool")!, arguments, new Dictionary<string, string>(), RepositoryRoot.Combine("deploy"));
        if (input is not null)
        {
            await process.WriteLineAsync(input);
        }

        process.EndInput();
        var exitCode = await process.WaitForExitAsync(cancellationToken);
        return (exitCode, process.Output + process.Errors);
    }
}
