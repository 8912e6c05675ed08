using Switchboard.Gateway.Translation.Ollama;
using Switchboard.Tests.Gateway.Translation.Goldens;

namespace Switchboard.Tests.Gateway.Translation.Ollama;

public sealed class ChatRequestToOllamaTests
{
    private const string File = "ChatRequestToOllama.json";

    public static TheoryData<string> Cases => RequestGoldens.Cases(File);

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_request_is_written_as_Ollama_takes_it(string name) =>
        RequestGoldens.Check(File, name, new OllamaDialect(), "qwen3:8b");
}
