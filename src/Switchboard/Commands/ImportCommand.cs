using System.CommandLine;
using System.Globalization;
using Switchboard.Server.Configuration.Import;

namespace Switchboard.Cli.Commands;

/// <summary><c>switchboard import</c>: makes a configuration of another gateway's.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("config") { Description = "LiteLLM's config.yaml." };
        var output = new Option<string>("--output", "-o") { Description = "The file to write; standard output by default. One that is there is not replaced.", HelpName = "FILE" };
        var force = new Option<bool>("--force") { Description = "Replace the file that is there." };
        var strict = new Option<bool>("--strict") { Description = "Write nothing, with exit code 1, when a setting has no counterpart." };
        var litellm = new Command("litellm", "Convert the config.yaml of LiteLLM's proxy. Exit code 0: written, 1: not written, 2: the file is none of LiteLLM's.") { file, output, force, strict };
        litellm.SetAction((arguments, cancellationToken) => ConvertAsync(
            arguments,
            new Request(arguments.GetValue(file)!, arguments.GetValue(output), arguments.GetValue(force), arguments.GetValue(strict)),
            cancellationToken));
        return new Command("import", "Make a configuration of another gateway's.") { litellm };
    }

    private static async Task<int> ConvertAsync(ParseResult arguments, Request request, CancellationToken cancellationToken)
    {
        var errors = arguments.InvocationConfiguration.Error;
        if (await ReadAsync(request.File, errors, cancellationToken) is not { } imported)
        {
            return ExitCodes.Misuse;
        }

        await TellAsync(imported, errors);
        if (request.Strict && imported.Notes.Any(note => note.IsLost))
        {
            await errors.WriteLineAsync("Nothing was written: settings have no counterpart, and --strict was given.");
            return ExitCodes.Failed;
        }

        if (request.Output is not { } output)
        {
            await arguments.InvocationConfiguration.Output.WriteAsync(imported.Yaml);
            return ExitCodes.Done;
        }

        if (!await WriteAsync(output, request.Force, imported.Yaml, errors, cancellationToken))
        {
            return ExitCodes.Failed;
        }

        await errors.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{output} is written: {imported.Models} models, {imported.Deployments} deployments, {imported.Providers} providers. Set the variables that it names, then: switchboard doctor --config {output}"));
        return ExitCodes.Done;
    }

    private static async Task<ImportedConfiguration?> ReadAsync(string file, TextWriter errors, CancellationToken cancellationToken)
    {
        try
        {
            return LiteLlmImport.Convert(await File.ReadAllTextAsync(file, cancellationToken), Path.GetFileName(file));
        }
        catch (ImportException fault)
        {
            await errors.WriteLineAsync($"{file}: {fault.Message}");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            await errors.WriteLineAsync($"{file} cannot be read: {fault.Message}");
        }

        return null;
    }

    private static async Task TellAsync(ImportedConfiguration imported, TextWriter errors)
    {
        foreach (var note in imported.Notes)
        {
            await errors.WriteLineAsync($"{(note.IsLost ? "left out" : "note")}  {note}");
        }

        foreach (var (name, what) in imported.Variables)
        {
            await errors.WriteLineAsync($"set  {name}: {what}");
        }
    }

    private static async Task<bool> WriteAsync(string output, bool force, string yaml, TextWriter errors, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = new FileStream(output, force ? FileMode.Create : FileMode.CreateNew, FileAccess.Write);
            await using var writer = new StreamWriter(file);
            await writer.WriteAsync(yaml.AsMemory(), cancellationToken);
            return true;
        }
        catch (IOException) when (!force && File.Exists(output))
        {
            await errors.WriteLineAsync($"{output} is there already. Name another file, or give --force to replace it.");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            await errors.WriteLineAsync($"{output} cannot be written: {fault.Message}");
        }

        return false;
    }

    private sealed record Request(string File, string? Output, bool Force, bool Strict);
}
