namespace Switchboard.Gateway.Translation.Gemini;

/// <summary>Google's voices. Those of OpenAI stand for one that sounds alike; any other name is Google's already.</summary>
internal static class GeminiVoices
{
    /// <summary>The voice of a name.</summary>
    public static string Of(string voice) => voice switch
    {
        "alloy" => "Kore",
        "ash" => "Orus",
        "ballad" => "Enceladus",
        "cedar" => "Iapetus",
        "coral" => "Aoede",
        "echo" => "Charon",
        "fable" => "Umbriel",
        "marin" => "Leda",
        "nova" => "Autonoe",
        "onyx" => "Algenib",
        "sage" => "Despina",
        "shimmer" => "Zephyr",
        "verse" => "Puck",
        _ => voice,
    };
}
