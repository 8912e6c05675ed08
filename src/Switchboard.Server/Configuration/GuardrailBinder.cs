using Switchboard.Gateway.Configuration;

namespace Switchboard.Server.Configuration;

/// <summary>Turns the <c>guardrails:</c> list into the gateway's records.</summary>
internal sealed class GuardrailBinder(ICollection<SettingFault> faults)
{
    /// <summary>Binds the list.</summary>
    public IReadOnlyList<GuardrailSettings> Bind(SettingNode? list)
    {
        if (list is null)
        {
            return [];
        }

        if (list.Shape != SettingShape.Sequence && !list.IsIndexed)
        {
            faults.Add(new SettingFault(list.Source?.ToString(), list.Path, "A list is expected here: - { name: keys, check: secrets, action: mask }."));
            return [];
        }

        return [.. list.Children.Select(BindOne)];
    }

    private GuardrailSettings BindOne(SettingNode node)
    {
        var reader = new SettingReader(node, SettingCatalog.GuardrailSettings, faults);
        var check = CheckOf(reader);
        var defaults = new GuardrailSettings { Name = reader.Text("name") ?? "", Check = check };
        return defaults with
        {
            On = reader.Word("on", check == GuardrailCheck.JsonSchema ? GuardrailSide.Output : defaults.On, ("input", GuardrailSide.Input), ("output", GuardrailSide.Output), ("both", GuardrailSide.Both)),
            Action = reader.Word("action", defaults.Action, ("refuse", GuardrailAction.Refuse), ("mask", GuardrailAction.Mask), ("warn", GuardrailAction.Warn)),
            IsDefault = reader.Word("default", defaults.IsDefault, ("on", true), ("off", false), ("true", true), ("false", false)),
            Models = reader.Texts("models"),
            Keys = reader.Texts("keys"),
            Projects = reader.Texts("projects"),
            Arguments = reader.Boolean("arguments", defaults.Arguments),
            Reasoning = reader.Boolean("reasoning", defaults.Reasoning),
            MaskWith = reader.Text("mask_with"),
            Kinds = reader.Texts("kinds"),
            Words = reader.Texts("words"),
            WholeWords = reader.Boolean("whole_words", defaults.WholeWords),
            IgnoreCase = reader.Boolean("ignore_case", defaults.IgnoreCase),
            Pattern = reader.Text("pattern"),
            Window = reader.Integer("window", defaults.Window),
            MaxCharacters = reader.OptionalInteger("max_characters"),
            Model = reader.Text("model"),
            Ask = reader.Word("ask", defaults.Ask, ("moderations", ModerationQuestion.Moderations), ("chat", ModerationQuestion.Chat)),
            Prompt = reader.Text("prompt"),
            Categories = reader.Texts("categories"),
            Threshold = reader.OptionalNumber("threshold"),
            Url = reader.Url("url"),
            Secret = reader.Secret("secret"),
            Timeout = reader.Duration("timeout", defaults.Timeout),
            WhenUnavailable = reader.Word("when_unavailable", defaults.WhenUnavailable, ("refuse", GuardrailFailure.Refuse), ("pass", GuardrailFailure.Pass)),
            Every = reader.Integer("every", defaults.Every),
            Schema = reader.Text("schema"),
        };
    }

    private static GuardrailCheck CheckOf(SettingReader reader) => reader.Word(
        "check",
        GuardrailCheck.Secrets,
        ("secrets", GuardrailCheck.Secrets),
        ("personal_data", GuardrailCheck.PersonalData),
        ("words", GuardrailCheck.Words),
        ("regex", GuardrailCheck.Regex),
        ("length", GuardrailCheck.Length),
        ("moderation", GuardrailCheck.Moderation),
        ("json_schema", GuardrailCheck.JsonSchema),
        ("webhook", GuardrailCheck.Webhook));
}
