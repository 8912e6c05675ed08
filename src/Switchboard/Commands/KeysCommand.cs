using System.CommandLine;
using System.Globalization;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.State;

namespace Switchboard.Cli.Commands;

/// <summary><c>switchboard keys</c>: makes, lists, disables, rotates and deletes keys in the records that the configuration names. Gateways that run see it within a second.</summary>
internal static class KeysCommand
{
    public static Command Create() => new("keys", "Keys of callers, kept in storage.records.")
    {
        CreateCreate(),
        CreateList(),
        OfOne("disable", "Have a key refused until it is enabled again.", (id, records, token) => SetDisabledAsync(records, id, true, token)),
        OfOne("enable", "Have a disabled key taken again.", (id, records, token) => SetDisabledAsync(records, id, false, token)),
        CreateRotate(),
        OfOne("delete", "Delete a key.", async (id, records, token) => await records.DeleteAsync<VirtualKey>(id, new AuditNote(RecordsCommand.Actor, "key.delete"), token) ? $"{id} is deleted." : null),
    };

    private static Command CreateCreate()
    {
        var name = new Argument<string>("name") { Description = "What people call it." };
        var project = new Option<string>("--project") { Description = "The id of the project that it is in.", HelpName = "ID" };
        var days = new Option<int?>("--expires-days") { Description = "After how many days it is not taken any more; never by default.", HelpName = "N" };
        var administrator = new Option<bool>("--administrator") { Description = "It opens the admin API." };
        name.Validators.Add(result =>
        {
            if (!AccessTexts.AreSound(result.GetValue(name) ?? ""))
            {
                result.AddError($"The name must be {AccessTexts.Expected}.");
            }
        });
        days.Validators.Add(result => CheckRange(result, result.GetValue(days), 1, 36_500));
        var command = new Command("create", "Make a key and print it, this once.") { name, project, days, administrator };
        return RecordsCommand.OnAccess(command, async (records, _, arguments, token) =>
        {
            var text = KeyText.Create();
            var key = text.For(arguments.GetValue(name)!, TimeProvider.System) with
            {
                ProjectId = arguments.GetValue(project),
                IsAdministrator = arguments.GetValue(administrator),
                Policy = new AccessPolicy { ExpiresAt = arguments.GetValue(days) is { } count ? TimeProvider.System.GetUtcNow().AddDays(count) : null },
            };
            return await records.AddAsync(key, new AuditNote(RecordsCommand.Actor, "key.create"), token) is { } added
                ? await ShowAsync(arguments, added, text)
                : await RecordsCommand.FailAsync(arguments, $"There is no project '{key.ProjectId}'.");
        });
    }

    private static Command CreateList() => RecordsCommand.OnAccess(new Command("list", "List the keys."), async (records, _, arguments, token) =>
    {
        await foreach (var key in records.ListAllAsync<VirtualKey>(token))
        {
            await arguments.InvocationConfiguration.Output.WriteLineAsync(Describe(key));
        }

        return ExitCodes.Done;
    });

    private static Command CreateRotate()
    {
        var named = new Argument<string>("id") { Description = "Its id." };
        var hours = new Option<int>("--grace-hours") { Description = "For how many hours the key before is taken, too; 0 by default.", HelpName = "N" };
        hours.Validators.Add(result => CheckRange(result, result.GetValue(hours), 0, (int)KeyRotation.LongestGrace.TotalHours));
        return RecordsCommand.OnAccess(new Command("rotate", "Put another key in the place of one, and print it, this once.") { named, hours }, async (records, _, arguments, token) =>
        {
            var (id, text, grace) = (arguments.GetValue(named)!, KeyText.Create(), TimeSpan.FromHours(arguments.GetValue(hours)));
            var rotation = await KeyRotation.RunAsync(records, id, text, grace, new AuditNote(RecordsCommand.Actor, "key.rotate"), TimeProvider.System, token);
            return rotation.Key is { } rotated ? await ShowAsync(arguments, rotated, text)
                : rotation.IsInRotation ? await RecordsCommand.FailAsync(arguments, "The key was rotated already, and the one before it is still taken. Wait for its grace to end, or rotate without one.")
                : await RecordsCommand.FailAsync(arguments, $"There is no key '{id}'.");
        });
    }

    private static Command OfOne(string word, string description, Func<string, IAccessRecords, CancellationToken, Task<string?>> work)
    {
        var id = new Argument<string>("id") { Description = "Its id." };
        return RecordsCommand.OnAccess(new Command(word, description) { id }, async (records, _, arguments, token) =>
        {
            if (await work(arguments.GetValue(id)!, records, token) is not { } done)
            {
                return await RecordsCommand.FailAsync(arguments, $"There is no key '{arguments.GetValue(id)}'.");
            }

            await arguments.InvocationConfiguration.Output.WriteLineAsync(done);
            return ExitCodes.Done;
        });
    }

    private static async Task<string?> SetDisabledAsync(IAccessRecords records, string id, bool isDisabled, CancellationToken cancellationToken)
    {
        var note = new AuditNote(RecordsCommand.Actor, isDisabled ? "key.disable" : "key.enable");
        var changed = await records.ChangeAsync<VirtualKey>(id, key => key with { Policy = key.Policy with { IsDisabled = isDisabled } }, note, cancellationToken);
        return changed is null ? null : $"{id} is {(isDisabled ? "disabled" : "enabled")}.";
    }

    private static async Task<int> ShowAsync(ParseResult arguments, VirtualKey key, KeyText text)
    {
        await arguments.InvocationConfiguration.Output.WriteLineAsync($"{key.Id}\n{text.Reveal()}");
        await arguments.InvocationConfiguration.Error.WriteLineAsync("The key is shown this once; what is kept of it is a hash.");
        return ExitCodes.Done;
    }

    private static string Describe(VirtualKey key)
    {
        var words = new List<string> { key.Id, $"{key.Head}…{key.Tail}", key.Name };
        if (key.ProjectId is { } project)
        {
            words.Add(project);
        }

        if (key.IsAdministrator)
        {
            words.Add("administrator");
        }

        if (key.Policy.IsDisabled)
        {
            words.Add("disabled");
        }

        if (key.Policy.ExpiresAt is { } expires)
        {
            words.Add($"until {Minute(expires)}");
        }

        words.Add(key.LastUsedAt is { } used ? $"last used {Minute(used)}" : "never used");

        return string.Join("  ", words);
    }

    private static string Minute(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);

    private static void CheckRange(System.CommandLine.Parsing.OptionResult result, int? value, int least, int most)
    {
        if (value < least || value > most)
        {
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{result.Option.Name} must be {least} to {most}."));
        }
    }
}
