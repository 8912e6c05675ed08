using Switchboard.Engine.Gguf;
using Switchboard.Engine.Templates.Library;
using Switchboard.Engine.Templates.Parsing;
using Switchboard.Engine.Templates.Syntax;
using Switchboard.Engine.Tokenization;

namespace Switchboard.Engine.Templates;

/// <summary>A model's chat template: a subset of Jinja that covers the templates of the Llama, SmolLM, Zephyr, Mistral and Qwen families.</summary>
internal sealed class ChatTemplate
{
    /// <summary>For files without a template: a plain transcript.</summary>
    private const string Transcript = "{% for message in messages %}{{ message.role }}: {{ message.content }}\n{% endfor %}{% if add_generation_prompt %}assistant:{% endif %}";

    /// <summary>Roles that templates paste into control tokens. Any other role is text from the caller.</summary>
    private static readonly HashSet<string> s_roles = new(StringComparer.Ordinal) { "system", "user", "assistant", "tool", "developer", "function" };

    private readonly List<Statement>? _statements;
    private readonly string _fault = string.Empty;
    private readonly (string Begin, string End) _texts;
    private readonly TimeProvider _clock;

    public ChatTemplate(string? source, string beginText, string endText, TimeProvider clock)
    {
        (_texts, _clock, IsFromFile) = ((beginText, endText), clock, source is not null);
        try
        {
            _statements = TemplateParser.Parse(source ?? Transcript);
        }
        catch (TemplateFault fault)
        {
            // The model still completes plain text; only a chat needs the template.
            _fault = fault.Message;
        }
    }

    public bool IsFromFile { get; }

    public static ChatTemplate For(GgufMetadata metadata, Vocabulary vocabulary, TimeProvider clock)
    {
        var end = Vocabulary.TokenId(metadata, "eos", vocabulary.Size);
        return new(metadata.Text("tokenizer.chat_template"), vocabulary.TextOrEmpty(vocabulary.BeginToken), vocabulary.TextOrEmpty(end), clock);
    }

    public MarkedText Render(IReadOnlyList<ChatTurn> turns, bool addGenerationPrompt)
    {
        ArgumentNullException.ThrowIfNull(turns);
        if (_statements is null)
        {
            throw new ChatTemplateException($"The model's chat template is not supported: {_fault}");
        }

        try
        {
            var run = new TemplateRun(Globals(turns, addGenerationPrompt), _clock, turns.Sum(static turn => (long)turn.Content.Length + turn.Role.Length));
            return run.Capture(_statements);
        }
        catch (TemplateFault fault)
        {
            throw new ChatTemplateException($"The model's chat template refuses the conversation: {fault.Message}");
        }
    }

    private TemplateMap Globals(IReadOnlyList<ChatTurn> turns, bool addGenerationPrompt)
    {
        var globals = new TemplateMap
        {
            ["messages"] = turns.Select(MessageOf).ToList(),
            ["add_generation_prompt"] = addGenerationPrompt,
            ["bos_token"] = MarkedText.Trusted(_texts.Begin),
            ["eos_token"] = MarkedText.Trusted(_texts.End),
            ["tools"] = null,
            ["documents"] = null,
        };
        TemplateGlobals.AddTo(globals);
        return globals;
    }

    private static object? MessageOf(ChatTurn turn) => new TemplateMap
    {
        ["role"] = s_roles.Contains(turn.Role) ? MarkedText.Trusted(turn.Role) : MarkedText.FromUser(turn.Role),
        ["content"] = MarkedText.FromUser(turn.Content),
    };
}
