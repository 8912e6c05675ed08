using System.CommandLine;
using System.Globalization;
using Switchboard.Server.Storage.Records.Backup;

namespace Switchboard.Cli.Commands;

/// <summary><c>switchboard backup</c> and <c>switchboard restore</c>: all that the gateway keeps, in one file.</summary>
internal static class BackupCommand
{
    public static Command CreateBackup() => Create(
        "backup",
        "Write all that the gateway keeps (records, files of callers) into one file; gateways go on meanwhile.",
        "Write over a file that is there.",
        (backup, file, force, cancellationToken) => backup.WriteAsync(file, force, cancellationToken),
        (file, done) => $"{file} has {Count(done)}.");

    public static Command CreateRestore() => Create(
        "restore",
        "Put a backup back, into an empty database of either kind. Stop the gateways first.",
        "Delete all that the database holds first.",
        (backup, file, force, cancellationToken) => backup.RestoreAsync(file, force, cancellationToken),
        (file, done) => $"{Count(done)} of {done.CreatedAt.UtcDateTime:u} (version {done.Version}) are back.");

    private static Command Create(
        string name,
        string description,
        string whatForceDoes,
        Func<RecordsBackup, string, bool, CancellationToken, Task<BackupSummary>> work,
        Func<string, BackupSummary, string> tell)
    {
        var file = new Argument<string>("file") { Description = "The file of the backup." };
        var force = new Option<bool>("--force") { Description = whatForceDoes };
        return RecordsCommand.Run(new Command(name, description) { file, force }, async (services, _, arguments, cancellationToken) =>
        {
            var path = Path.GetFullPath(arguments.GetValue(file)!);
            var done = await work(services.GetRequiredService<RecordsBackup>(), path, arguments.GetValue(force), cancellationToken);
            await arguments.InvocationConfiguration.Output.WriteLineAsync(tell(Path.GetFileName(path), done));
            return ExitCodes.Done;
        });
    }

    private static string Count(BackupSummary done) => string.Create(CultureInfo.InvariantCulture, $"{done.Rows} rows and {done.Files} files");
}
