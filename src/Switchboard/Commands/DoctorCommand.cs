using System.CommandLine;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Switchboard.Cli.Serving;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Diagnosis;
using Switchboard.Gateway.Providers;
using Switchboard.Server;
using Switchboard.Server.Configuration;
using Switchboard.Server.Diagnosis;

namespace Switchboard.Cli.Commands;

/// <summary><c>switchboard doctor</c>: checks what the gateway stands on, each provider, key and model, and says in words what is wrong.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var sources = new SourceOptions();
        var call = new Option<bool>("--call") { Description = "Send each deployment a short request as well; it costs a few tokens." };
        var json = new Option<bool>("--json") { Description = "Print the findings as JSON." };
        var command = new Command("doctor", "Check the configuration, the database, folders, and each provider, key and model. Exit code 0: all is well, 1: warnings, 2: something does not work.") { call, json };
        sources.AddAllTo(command);
        command.SetAction(async (arguments, cancellationToken) =>
        {
            var loaded = await sources.ReadAsync(arguments, cancellationToken);
            var findings = await FindAsync(loaded, arguments.GetValue(call), cancellationToken);
            await arguments.InvocationConfiguration.Output.WriteAsync(arguments.GetValue(json) ? ToJson(findings) : ToText(findings));
            return (int)findings.Max(finding => finding.Verdict);
        });
        return command;
    }

    private static async Task<IReadOnlyList<Finding>> FindAsync(LoadedConfiguration loaded, bool call, CancellationToken cancellationToken)
    {
        try
        {
            return await ExamineAsync(loaded, call, cancellationToken);
        }
        catch (Exception fault) when (StartFault.Explain(fault, loaded.Configuration?.Server.Urls ?? "") is { } line)
        {
            return [new Finding(Verdict.Fail, "installation", line)];
        }
    }

    private static async Task<IReadOnlyList<Finding>> ExamineAsync(LoadedConfiguration loaded, bool call, CancellationToken cancellationToken)
    {
        var source = loaded.File is null ? "configuration" : Path.GetFileName(loaded.File);
        if (!loaded.IsValid)
        {
            return [.. loaded.Faults.Select(fault => new Finding(Verdict.Fail, fault.Where ?? source, string.Join(": ", new[] { fault.Setting, fault.Message }.OfType<string>())))];
        }

        await using var services = GatewayApplication.ServicesOf(loaded);

        // Before the secrets are read, which brings the schema up to date.
        var installation = await services.GetRequiredService<InstallationDoctor>().ExamineAsync(cancellationToken);
        var away = await RecordsCommand.ReadSecretsAsync(services, loaded.Configuration, cancellationToken);
        await using var snapshot = GatewaySnapshot.Create(loaded.Configuration, BuiltInProviders.Registry, new ProviderServices(TimeProvider.System, NullLoggerFactory.Instance), secrets: services.GetRequiredService<KeptSecrets>());
        var listening = ListenCheck.ExamineAsync(loaded.Configuration.Server.Urls, cancellationToken);
        var examined = new GatewayDoctor(snapshot, TimeProvider.System).ExamineAsync(call, cancellationToken);
        return [new Finding(Verdict.Ok, source, loaded.File is null ? "There is no file; defaults and variables hold." : "It has no fault."), .. installation, .. Away(away), .. await listening, .. await examined];
    }

    private static IEnumerable<Finding> Away(string? fault) =>
        fault is null ? [] : [new Finding(Verdict.Fail, "storage.records", $"The secrets of providers cannot be read. {fault}")];

    private static string ToText(IReadOnlyList<Finding> findings)
    {
        var text = new StringBuilder();
        foreach (var finding in findings)
        {
            text.AppendLine(finding.ToString());
        }

        return text.ToString();
    }

    private static string ToJson(IReadOnlyList<Finding> findings)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartArray();
            foreach (var finding in findings)
            {
                json.WriteStartObject();
                json.WriteString("verdict"u8, finding.Verdict.ToString().ToLowerInvariant());
                json.WriteString("subject"u8, finding.Subject);
                json.WriteString("message"u8, finding.Message);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.ToArray()) + Environment.NewLine;
    }
}
