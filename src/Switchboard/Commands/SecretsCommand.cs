using System.CommandLine;
using System.Globalization;
using System.Text;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.State;

namespace Switchboard.Cli.Commands;

/// <summary><c>switchboard secrets</c>: the keys of providers that are kept encrypted in the records. None is ever printed, nor taken as an argument, which others on the machine could read.</summary>
internal static class SecretsCommand
{
    private const string NoKey = "Secrets are kept encrypted: set storage.encryption_key.";

    public static Command Create() => new("secrets", "Keys of providers, kept encrypted in storage.records; ${secret:NAME} in the configuration stands for one.")
    {
        CreateSet(),
        RecordsCommand.OnAccess(new Command("list", "List their names."), ListAsync),
        CreateDelete(),
        RecordsCommand.OnAccess(new Command("rekey", "Encrypt all with storage.encryption_key that are encrypted with storage.former_encryption_key."), RekeyAsync),
    };

    private static Command CreateSet()
    {
        var named = new Argument<string>("name") { Description = "Its name." };
        return RecordsCommand.OnAccess(new Command("set", "Keep a secret that is read from standard input, or asked for without showing it.") { named }, async (records, secrets, arguments, token) =>
        {
            var name = arguments.GetValue(named)!;
            if (SecretRules.FaultOfName(name) is { } fault)
            {
                return await RefuseAsync(arguments, fault);
            }

            if (!secrets.CanEncrypt)
            {
                return await RefuseAsync(arguments, NoKey);
            }

            var value = await ReadAsync(name, token);
            if (SecretRules.FaultOfValue(value) is { } wrong)
            {
                return await RefuseAsync(arguments, $"The secret was not taken. {wrong}");
            }

            await records.PutSecretAsync(secrets.Encrypt(name, new Secret(value)), new AuditNote(RecordsCommand.Actor, "secret.put"), token);
            await arguments.InvocationConfiguration.Output.WriteLineAsync($"{name} is kept.");
            return ExitCodes.Done;
        });
    }

    private static Command CreateDelete()
    {
        var named = new Argument<string>("name") { Description = "Its name." };
        return RecordsCommand.OnAccess(new Command("delete", "Delete a secret.") { named }, async (records, _, arguments, token) =>
        {
            var name = arguments.GetValue(named)!;
            if (!await records.DeleteSecretAsync(name, new AuditNote(RecordsCommand.Actor, "secret.delete"), token))
            {
                return await RecordsCommand.FailAsync(arguments, $"There is no secret '{name}'.");
            }

            await arguments.InvocationConfiguration.Output.WriteLineAsync($"{name} is deleted.");
            return ExitCodes.Done;
        });
    }

    private static async Task<int> ListAsync(IAccessRecords records, KeptSecrets secrets, ParseResult arguments, CancellationToken cancellationToken)
    {
        foreach (var secret in await records.ListSecretsAsync(cancellationToken))
        {
            var time = secret.UpdatedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);
            await arguments.InvocationConfiguration.Output.WriteLineAsync($"{secret.Name}  {time}{(secrets.Decrypt(secret) is null ? "  cannot be decrypted" : "")}");
        }

        return ExitCodes.Done;
    }

    private static async Task<int> RekeyAsync(IAccessRecords records, KeptSecrets secrets, ParseResult arguments, CancellationToken cancellationToken)
    {
        if (!secrets.CanEncrypt)
        {
            return await RefuseAsync(arguments, NoKey);
        }

        string[] unreadable = [];
        IReadOnlyList<EncryptedSecret> Encrypt(IReadOnlyList<EncryptedSecret> all)
        {
            // All or none: half of them under a key that is about to be forgotten would be lost.
            unreadable = [.. all.Where(secret => secrets.Decrypt(secret) is null).Select(secret => secret.Name)];
            return unreadable.Length > 0 ? [] : [.. all.Select(secret => secrets.Encrypt(secret.Name, secrets.Decrypt(secret)!))];
        }

        var count = await records.ChangeSecretsAsync(Encrypt, new AuditNote(RecordsCommand.Actor, "secret.rekey"), cancellationToken);
        if (unreadable.Length > 0)
        {
            return await RecordsCommand.FailAsync(arguments, $"Nothing was changed: neither storage.encryption_key nor storage.former_encryption_key decrypts {string.Join(", ", unreadable)}.");
        }

        await arguments.InvocationConfiguration.Output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? "secret is" : "secrets are")} encrypted with storage.encryption_key. When all gateways have it, storage.former_encryption_key can go."));
        return ExitCodes.Done;
    }

    private static async Task<string> ReadAsync(string name, CancellationToken cancellationToken)
    {
        if (Console.IsInputRedirected)
        {
            // What echo and files put behind it is no part of it.
            return (await Console.In.ReadToEndAsync(cancellationToken)).TrimEnd('\r', '\n');
        }

        await Console.Error.WriteAsync($"{name}: ");
        var text = new StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } pressed)
        {
            if (pressed.Key == ConsoleKey.Backspace)
            {
                text.Length = Math.Max(0, text.Length - 1);
            }
            else if (pressed.KeyChar != '\0')
            {
                text.Append(pressed.KeyChar);
            }
        }

        await Console.Error.WriteLineAsync();
        return text.ToString();
    }

    private static async Task<int> RefuseAsync(ParseResult arguments, string message)
    {
        await arguments.InvocationConfiguration.Error.WriteLineAsync(message);
        return ExitCodes.Misuse;
    }
}
