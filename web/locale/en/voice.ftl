voice-leave-a-message = You have reached { $company }. Nobody can take your call right now. Please leave a message after the tone, and we will call you back.
voice-recorded = This call may be recorded.
