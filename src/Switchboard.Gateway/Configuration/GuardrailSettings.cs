namespace Switchboard.Gateway.Configuration;

/// <summary>One entry of the <c>guardrails:</c> list: a check of what goes to models, or of what comes from them. They run in the order in which they are written.</summary>
public sealed record GuardrailSettings
{
    /// <summary>Its name in errors, headers and metrics (<c>name</c>): letters, digits, <c>-</c> and <c>_</c>, at most 64. No other guardrail has it.</summary>
    public required string Name { get; init; }

    /// <summary>What it looks for (<c>check</c>).</summary>
    public required GuardrailCheck Check { get; init; }

    /// <summary>Which way it looks (<c>on</c>). Default both; a JSON schema is only for answers.</summary>
    public GuardrailSide On { get; init; } = GuardrailSide.Both;

    /// <summary>What becomes of what it finds (<c>action</c>). Default refuse.</summary>
    public GuardrailAction Action { get; init; }

    /// <summary>It holds without being asked for (<c>default</c>). Where it does not, a call names it in <c>x-switchboard-guardrails</c>. Default true.</summary>
    public bool IsDefault { get; init; } = true;

    /// <summary>The models it holds for, as callers name them (<c>models</c>); a <c>*</c> stands for anything. Default all.</summary>
    public IReadOnlyList<string> Models { get; init => field = ValueList<string>.Of(value); } = ValueList<string>.Empty;

    /// <summary>The keys it holds for, by id or name (<c>keys</c>); a <c>*</c> stands for anything. Default all.</summary>
    public IReadOnlyList<string> Keys { get; init => field = ValueList<string>.Of(value); } = ValueList<string>.Empty;

    /// <summary>The projects it holds for, by id (<c>projects</c>); a <c>*</c> stands for anything. Default all.</summary>
    public IReadOnlyList<string> Projects { get; init => field = ValueList<string>.Of(value); } = ValueList<string>.Empty;

    /// <summary>It looks at the arguments of tool calls, too (<c>arguments</c>). Default true.</summary>
    public bool Arguments { get; init; } = true;

    /// <summary>It looks at the reasoning of answers, too (<c>reasoning</c>). Default true.</summary>
    public bool Reasoning { get; init; } = true;

    /// <summary>What stands in the place of what is masked (<c>mask_with</c>), at most 100 characters. Default what was there, such as <c>[EMAIL]</c>.</summary>
    public string? MaskWith { get; init; }

    /// <summary>The kinds of personal data (<c>kinds</c>): some of <see cref="GuardrailRules.PersonalKinds"/>. Default all.</summary>
    public IReadOnlyList<string> Kinds { get; init => field = ValueList<string>.Of(value); } = ValueList<string>.Empty;

    /// <summary>Words and phrases (<c>words</c>), 1 to 10,000 of at most 200 characters.</summary>
    public IReadOnlyList<string> Words { get; init => field = ValueList<string>.Of(value); } = ValueList<string>.Empty;

    /// <summary>Words count only where no letter or digit stands beside them (<c>whole_words</c>). Default true.</summary>
    public bool WholeWords { get; init; } = true;

    /// <summary>Upper and lower case are the same to words and the pattern (<c>ignore_case</c>). Default true.</summary>
    public bool IgnoreCase { get; init; } = true;

    /// <summary>A regular expression (<c>pattern</c>), without lookarounds, backreferences and atomic groups, so that it takes linear time.</summary>
    public string? Pattern { get; init; }

    /// <summary>How many characters of a stream are held back for the pattern (<c>window</c>), 1 to 16,384: the longest match that is surely found there. Default 256.</summary>
    public int Window { get; init; } = 256;

    /// <summary>The most characters of all texts together (<c>max_characters</c>), 1 to 1,000,000,000.</summary>
    public int? MaxCharacters { get; init; }

    /// <summary>The model that is asked (<c>model</c>), as a caller would name it.</summary>
    public string? Model { get; init; }

    /// <summary>How the model is asked (<c>ask</c>). Default as a moderation.</summary>
    public ModerationQuestion Ask { get; init; }

    /// <summary>What a chat model is told (<c>prompt</c>); it has to answer <c>safe</c> or <c>unsafe</c>, and may name categories after it. Default a prompt of the gateway's.</summary>
    public string? Prompt { get; init; }

    /// <summary>The categories that count (<c>categories</c>). Default all.</summary>
    public IReadOnlyList<string> Categories { get; init => field = ValueList<string>.Of(value); } = ValueList<string>.Empty;

    /// <summary>The score from which a category counts (<c>threshold</c>), 0 to 1. Default what the model itself flags.</summary>
    public double? Threshold { get; init; }

    /// <summary>The webhook's address (<c>url</c>).</summary>
    public Uri? Url { get; init; }

    /// <summary>Signs what the webhook gets, as Standard Webhooks has it (<c>secret</c>). Default unsigned.</summary>
    public Secret? Secret { get; init; }

    /// <summary>How long a model or a webhook may take (<c>timeout</c>), 10 ms to 2 min. Default 5 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>What becomes of texts when the model or the webhook does not answer (<c>when_unavailable</c>). Default refuse.</summary>
    public GuardrailFailure WhenUnavailable { get; init; }

    /// <summary>Of a stream the model or the webhook gets so many characters at a time (<c>every</c>), 100 to 1,000,000; they are held back until it has answered. Default 1,000.</summary>
    public int Every { get; init; } = 1000;

    /// <summary>The JSON schema of answers (<c>schema</c>), as JSON. Default that of the request's own response format.</summary>
    public string? Schema { get; init; }
}

/// <summary>What a guardrail looks for.</summary>
public enum GuardrailCheck
{
    /// <summary>Keys, tokens and passwords.</summary>
    Secrets,

    /// <summary>E-mail addresses, phone numbers, cards and other things of persons.</summary>
    PersonalData,

    /// <summary>Words of a list.</summary>
    Words,

    /// <summary>A regular expression.</summary>
    Regex,

    /// <summary>More text than is allowed.</summary>
    Length,

    /// <summary>What a model finds harmful.</summary>
    Moderation,

    /// <summary>An answer that is not of a JSON schema.</summary>
    JsonSchema,

    /// <summary>What a webhook says.</summary>
    Webhook,
}

/// <summary>Which way a guardrail looks.</summary>
[Flags]
public enum GuardrailSide
{
    /// <summary>At requests.</summary>
    Input = 1,

    /// <summary>At answers.</summary>
    Output = 2,

    /// <summary>At both.</summary>
    Both = Input | Output,
}

/// <summary>What becomes of what a guardrail finds.</summary>
public enum GuardrailAction
{
    /// <summary>The call is refused; a stream ends with an error.</summary>
    Refuse,

    /// <summary>Something else stands in its place.</summary>
    Mask,

    /// <summary>It passes, and is told in a header and a metric.</summary>
    Warn,
}

/// <summary>How a model is asked whether a text is harmful.</summary>
public enum ModerationQuestion
{
    /// <summary>As <c>POST /v1/moderations</c>.</summary>
    Moderations,

    /// <summary>As a chat with a prompt.</summary>
    Chat,
}

/// <summary>What becomes of texts that could not be checked.</summary>
public enum GuardrailFailure
{
    /// <summary>The call is refused.</summary>
    Refuse,

    /// <summary>They pass.</summary>
    Pass,
}
